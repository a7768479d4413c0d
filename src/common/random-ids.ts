import { randomFillSync } from 'node:crypto';

const PIECES = 512;

/**
 * Random bytes in pieces of one size, generated many at a time, because the call costs more than the bytes.
 */
class RandomPool {
  readonly bytes: Buffer;
  private used: number;

  constructor(private readonly size: number) {
    this.bytes = Buffer.alloc(size * PIECES);
    this.used = this.bytes.length;
  }

  /**
   * @returns offset of the next piece in `bytes`; each piece is returned once and valid until the next call
   */
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
 * A UUID version 7 (RFC 9562 section 5.7). It starts with the time, so ids of the same time are adjacent in
 * an index. Random ids would touch one index page each.
 */
export function newRequestId(now = Date.now()): string {
  const { bytes } = ids;
  const at = ids.next();
  bytes.writeUIntBE(now, at, 6);
  bytes[at + 6] = (bytes.readUInt8(at + 6) & 0x0f) | 0x70;
  bytes[at + 8] = (bytes.readUInt8(at + 8) & 0x3f) | 0x80;
  const hex = bytes.toString('hex', at, at + ID_BYTES);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

const CALLERS_ID = /^[A-Za-z0-9._:-]{1,64}$/;

/** The id of a request: the one that its caller sent (`x-request-id`), or a new one. */
export const requestIdOf = (given: unknown): string =>
  typeof given === 'string' && CALLERS_ID.test(given) ? given : newRequestId();

const SALT_BYTES = 12;
const salts = new RandomPool(SALT_BYTES);

/** 96 random bits as base64url text, never given out twice. */
export function newSalt(): string {
  const at = salts.next();
  return salts.bytes.toString('base64url', at, at + SALT_BYTES);
}
