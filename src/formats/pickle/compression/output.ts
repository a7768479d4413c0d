import { ModelFileError } from '../../../inference/model.js';

/** The output of a decompressor so far, with a size limit. */
export class Output {
  private buffer = new Uint8Array(64 * 1024);
  length = 0;

  constructor(readonly limit: number) {}

  /** @throws ModelFileError where the bound is passed */
  writeByte(byte: number): void {
    if (this.length === this.buffer.length) this.grow(this.length + 1);
    this.buffer[this.length++] = byte;
  }

  /** @throws ModelFileError where the bound is passed */
  write(bytes: Uint8Array): void {
    if (this.length + bytes.length > this.buffer.length) this.grow(this.length + bytes.length);
    this.buffer.set(bytes, this.length);
    this.length += bytes.length;
  }

  /** The byte written `distance` bytes ago, 1 being the last. */
  back(distance: number): number {
    return this.buffer[this.length - distance];
  }

  /** All written bytes, as a view that is valid until the next write. */
  bytes(): Uint8Array {
    return this.buffer.subarray(0, this.length);
  }

  private grow(needed: number): void {
    if (needed > this.limit) throw tooLarge(this.limit);
    const larger = new Uint8Array(Math.min(this.limit, Math.max(needed, 2 * this.buffer.length)));
    larger.set(this.bytes());
    this.buffer = larger;
  }
}

export function tooLarge(limit: number): ModelFileError {
  return new ModelFileError(
    `the file expands to more than ${limit} bytes when decompressed; refused as a possible decompression bomb`,
  );
}
