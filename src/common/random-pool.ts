import { randomFillSync } from 'node:crypto';

const PIECES = 512;

/** Random bytes in pieces of one size, fetched many at a time: the call costs more than the bytes. */
export class RandomPool {
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
