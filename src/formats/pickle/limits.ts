import { getHeapStatistics } from 'node:v8';
import { ModelFileError } from '../../inference/model.js';

/** Limits for reading one file. Each applies to the whole reading, so repetition cannot circumvent it. */
export interface PickleLimits {
  /** Executed opcodes. */
  readonly opcodes: number;
  /** Estimated bytes of all JavaScript values created (lists, strings, objects). Freed values still count. */
  readonly heapBytes: number;
  /** Bytes of array data: at least this, or this many times the file's size. */
  readonly arrayBytes: number;
  readonly arrayBytesPerFileByte: number;
  /** Values on the stack, and open lists, tuples and dicts. */
  readonly stackDepth: number;
  readonly nesting: number;
  /** Bytes of one integer; bytes of one string; characters of one class's module or name. */
  readonly integerBytes: number;
  readonly stringBytes: number;
  readonly nameLength: number;
  /** Maximum bytes of a decompressed file: at most the first, and at most the others together. */
  readonly decompressedBytes: number;
  readonly decompressedFree: number;
  readonly decompressionRatio: number;
}

const MIB = 2 ** 20;

/** Enough for a forest of a gigabyte; at most a quarter of the JavaScript heap for values on the heap. */
export const DEFAULT_LIMITS: PickleLimits = {
  opcodes: 200_000_000,
  heapBytes: Math.min(1024 * MIB, Math.floor(getHeapStatistics().heap_size_limit / 4)),
  arrayBytes: 64 * MIB,
  arrayBytesPerFileByte: 8,
  stackDepth: 5_000_000,
  nesting: 1000,
  integerBytes: 1024,
  // The text of a LightGBM model is one string; V8's strings are shorter than 512 MiB.
  stringBytes: 500 * MIB,
  nameLength: 200,
  decompressedBytes: 2048 * MIB,
  decompressedFree: 128 * MIB,
  decompressionRatio: 200,
};

/** Counts the cost of a reading. @throws ModelFileError from every method, if a limit is exceeded */
export class Budget {
  private opcodesLeft: number;
  private heapLeft: number;
  private arrayLeft: number;

  constructor(
    readonly limits: PickleLimits,
    fileBytes: number,
  ) {
    this.opcodesLeft = limits.opcodes;
    this.heapLeft = limits.heapBytes;
    this.arrayLeft = Math.max(limits.arrayBytes, limits.arrayBytesPerFileByte * fileBytes);
  }

  opcode(): void {
    if (--this.opcodesLeft < 0) throw refusal(`more than ${this.limits.opcodes} instructions`);
  }

  /** @param bytes approximate size on the JavaScript heap of the values to be created */
  heap(bytes: number): void {
    this.heapLeft -= bytes;
    if (!(this.heapLeft >= 0)) throw refusal(`more than ${this.limits.heapBytes} bytes of objects`);
  }

  /** @param bytes size of the array to be created */
  array(bytes: number): void {
    this.arrayLeft -= bytes;
    if (!(this.arrayLeft >= 0)) throw refusal('its arrays take far more memory than the file has bytes');
  }
}

function refusal(what: string): ModelFileError {
  return new ModelFileError(`the pickle is too large to read safely: ${what}`);
}
