import { randomFillSync } from 'node:crypto';

const PIECES = 512;

/** Random bytes in pieces of one size, fetched many at a time: the call costs more than the bytes. */
class RandomPool {
  readonly bytes: Buffer;
  private used: number;

  constructor(private readonly size: number) {
    this.bytes = Buffer.alloc(size * PIECES);
    this.used = this.bytes.length;
  }

  /** @returns where in `bytes` the next piece begins; it is given out once, and good until the next call */
  next(): number {
    if (this.used === this.bytes.length) {
      randomFillSync(this.bytes);
      this.used = 0;
    }
    this.used += this.size;
    return this.used - this.size;
  }
}

const ID_BYTES = 16;
const ids = new RandomPool(ID_BYTES);

/**
 * A UUID of version 7 (RFC 9562 section 5.7). It begins with the time, so ids that come together stand together in an
 * index; random ones would touch a page of it each.
 */
export function newRequestId(now = Date.now()): string {
  const { bytes } = ids;
  const at = ids.next();
  bytes.writeUIntBE(now, at, 6);
  bytes[at + 6] = (bytes[at + 6] & 0x0f) | 0x70;
  bytes[at + 8] = (bytes[at + 8] & 0x3f) | 0x80;
  const hex = bytes.toString('hex', at, at + ID_BYTES);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

const SALT_BYTES = 12;
const salts = new RandomPool(SALT_BYTES);

/** 96 random bits as base64url text, never given out twice. */
export function newSalt(): string {
  const at = salts.next();
  return salts.bytes.toString('base64url', at, at + SALT_BYTES);
}
