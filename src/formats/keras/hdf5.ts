import { inflateSync } from 'node:zlib';
import { Dataset, File, Filters, Group } from 'jsfive';
import { ModelFileError } from '../../inference/model.js';

/** Stands at the start of a file without a user block, which Keras never writes. */
export const HDF5_MAGIC = '\u0089HDF\r\n\u001a\n';

/** Most numbers in one dataset: 1 GiB of float32. */
const MAX_VALUES = 2 ** 28;
/** Weights hardly compress. A file that claims many more values than it has bytes is damaged, or a decompression bomb. */
const MAX_VALUES_A_BYTE = 16;
const MAX_CHUNK_BYTES = 2 ** 30;
const DEFLATE = 1;

// jsfive's own inflates without a bound.
Filters.set(DEFLATE, (bytes) => {
  const inflated = inflateSync(bytes, { maxOutputLength: MAX_CHUNK_BYTES });
  return inflated.buffer.slice(inflated.byteOffset, inflated.byteOffset + inflated.byteLength);
});

/** Numbers of a dataset, row-major. */
export interface Values {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** An HDF5 file in memory. Every method throws ModelFileError if the file is damaged. */
export class Hdf5 {
  private readonly file: File;

  constructor(private readonly bytes: Uint8Array) {
    checkLength(bytes);
    this.file = reading('the file', () => new File(copyOf(bytes)));
  }

  /** True if there is a group or dataset of this path. */
  has(path: string): boolean {
    return this.find(path) !== undefined;
  }

  /** A text attribute of a group, or undefined. */
  text(path: string, name: string): string | undefined {
    const value = this.attribute(path, name);
    return typeof value === 'string' ? withoutPadding(value) : undefined;
  }

  /** An attribute that is a list of texts. Keras splits long ones into `name0`, `name1` and so on. */
  texts(path: string, name: string): string[] | undefined {
    const whole = this.attribute(path, name);
    if (Array.isArray(whole)) return whole.map((text) => withoutPadding(String(text)));
    const parts: string[] = [];
    for (let part = 0; ; part += 1) {
      const chunk = this.attribute(path, `${name}${part}`);
      if (!Array.isArray(chunk)) return part === 0 ? undefined : parts;
      for (const text of chunk) parts.push(withoutPadding(String(text)));
    }
  }

  /** The numbers of a dataset as float32. */
  values(path: string): Values {
    const dataset = this.find(path);
    if (!(dataset instanceof Dataset)) throw new ModelFileError(`the file has no dataset ${path}`);
    return reading(path, () => {
      const { shape, dtype } = dataset;
      const count = shape.reduce((product, size) => product * size, 1);
      if (!(count <= MAX_VALUES && count <= this.bytes.length * MAX_VALUES_A_BYTE))
        throw new ModelFileError(`${path} claims ${count} values, more than the file can hold`);
      if (typeof dtype !== 'string' || !/^[<>=|]?[fiu][1248]$/.test(dtype))
        throw new ModelFileError(`${path} has values of type ${String(dtype)}; numbers are expected`);
      const data = Float32Array.from(dataset.value as ArrayLike<number>, Number);
      if (data.length !== count)
        throw new ModelFileError(`${path} has ${data.length} values; its shape needs ${count}`);
      return { shape, data };
    });
  }

  private attribute(path: string, name: string): unknown {
    const attributes = reading(path, () => this.find(path)?.attrs ?? {});
    return Object.hasOwn(attributes, name) ? attributes[name] : undefined;
  }

  private find(path: string): Group | Dataset | undefined {
    let at: Group | Dataset = this.file;
    for (const part of path.split('/').filter((part) => part !== '')) {
      if (!(at instanceof Group) || !at.keys.includes(part)) return undefined;
      const group: Group = at;
      const next: Group | Dataset | null = reading(path, () => group.get(part));
      if (next === null) return undefined;
      at = next;
    }
    return at;
  }
}

/** Where each version of the superblock has the length of the whole file, as 8 bytes. */
const LENGTH_AT: Readonly<Record<number, number>> = { 0: 40, 1: 44, 2: 28, 3: 28 };

/** jsfive does not notice that the end of a file is missing. */
function checkLength(bytes: Uint8Array): void {
  const at = LENGTH_AT[bytes[HDF5_MAGIC.length] ?? -1];
  if (at === undefined || bytes.length < at + 8)
    throw new ModelFileError('damaged HDF5 file: it has no superblock');
  const length = Buffer.from(bytes.buffer, bytes.byteOffset + at, 8).readBigUInt64LE();
  if (length > BigInt(bytes.length))
    throw new ModelFileError(`damaged HDF5 file: ${length} bytes are announced, it has ${bytes.length}`);
}

/** jsfive throws texts as well as errors, and prints texts of the file. */
function reading<T>(what: string, read: () => T): T {
  const { warn } = globalThis.console;
  globalThis.console.warn = () => undefined;
  try {
    return read();
  } catch (error) {
    if (error instanceof ModelFileError) throw error;
    const message = error instanceof Error ? error.message : String(error);
    throw new ModelFileError(`damaged HDF5 file: cannot read ${what}: ${message.slice(0, 200)}`);
  } finally {
    globalThis.console.warn = warn;
  }
}

/** jsfive takes offsets from the start of the buffer. */
function copyOf(bytes: Uint8Array): ArrayBuffer {
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
}

const withoutPadding = (text: string) => text.replace(/\0+$/, '');
