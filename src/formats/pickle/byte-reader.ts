import { ModelFileError } from '../../inference/model.js';

/** Reads a file's bytes in order. @throws ModelFileError from every method, if the bytes end too early */
export class ByteReader {
  private readonly view: DataView;
  position = 0;

  constructor(readonly bytes: Uint8Array) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  u8(): number {
    return this.view.getUint8(this.advance(1));
  }

  u16(): number {
    return this.view.getUint16(this.advance(2), true);
  }

  i32(): number {
    return this.view.getInt32(this.advance(4), true);
  }

  u32(): number {
    return this.view.getUint32(this.advance(4), true);
  }

  /** An announced size; one beyond 2^53 is rounded, which is still far more than any file has. */
  u64(): number {
    return Number(this.view.getBigUint64(this.advance(8), true));
  }

  /** A big-endian float64. */
  f64(): number {
    return this.view.getFloat64(this.advance(8), false);
  }

  /** A view of the next `length` bytes. */
  take(length: number): Uint8Array {
    const start = this.advance(length);
    return this.bytes.subarray(start, start + length);
  }

  /** The text up to the next newline, which is skipped. Bytes become characters (latin-1). */
  line(limit: number): string {
    const end = this.bytes.subarray(this.position, this.position + limit + 1).indexOf(0x0a);
    if (end < 0) throw this.damage('a line has no end');
    const text = this.take(end);
    this.position++;
    return Buffer.from(text.buffer, text.byteOffset, text.byteLength).toString('latin1');
  }

  get left(): number {
    return this.bytes.length - this.position;
  }

  /** An error with the position. */
  damage(what: string): ModelFileError {
    return new ModelFileError(`not a readable pickle: byte ${this.position}: ${what}`);
  }

  private advance(length: number): number {
    if (length > this.left) {
      throw this.damage(`${length} bytes are due where the file has ${this.left} more`);
    }
    const start = this.position;
    this.position += length;
    return start;
  }
}
