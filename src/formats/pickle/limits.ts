import { getHeapStatistics } from 'node:v8';
import { ModelFileError } from '../../inference/model.js';

/** What one file may cost. Each is a bound on the whole reading, so no trick of repetition gets round it. */
export interface PickleLimits {
  /** Instructions carried out. */
  readonly opcodes: number;
  /** Estimated bytes of JavaScript values made (lists, strings, objects), ever: nothing is credited back. */
  readonly heapBytes: number;
  /** Bytes of array data made: at least this, or this many times the file's size. */
  readonly arrayBytes: number;
  readonly arrayBytesPerFileByte: number;
  /** Values on the stack, and lists, tuples and dicts begun in one another. */
  readonly stackDepth: number;
  readonly nesting: number;
  /** Bytes of one integer; bytes of one string; characters of one class's module or name. */
  readonly integerBytes: number;
  readonly stringBytes: number;
  readonly nameLength: number;
  /** Bytes a compressed file may grow to: at most the first, and at most the others together. */
  readonly decompressedBytes: number;
  readonly decompressedFree: number;
  readonly decompressionRatio: number;
}

const MIB = 2 ** 20;

/** Room for a forest of a gigabyte; a quarter of the JavaScript heap at most for what lives there. */
export const DEFAULT_LIMITS: PickleLimits = {
  opcodes: 200_000_000,
  heapBytes: Math.min(1024 * MIB, Math.floor(getHeapStatistics().heap_size_limit / 4)),
  arrayBytes: 64 * MIB,
  arrayBytesPerFileByte: 8,
  stackDepth: 5_000_000,
  nesting: 1000,
  integerBytes: 1024,
  // The text of a LightGBM model is one string; V8 holds none of 512 MiB.
  stringBytes: 500 * MIB,
  nameLength: 200,
  decompressedBytes: 2048 * MIB,
  decompressedFree: 128 * MIB,
  decompressionRatio: 200,
};

/** Counts what a reading costs. @throws ModelFileError from every method, where a bound is passed */
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

  /** @param bytes what the values about to be made will take on the JavaScript heap, roughly */
  heap(bytes: number): void {
    this.heapLeft -= bytes;
    if (!(this.heapLeft >= 0)) throw refusal(`more than ${this.limits.heapBytes} bytes of objects`);
  }

  /** @param bytes what the array about to be made will take */
  array(bytes: number): void {
    this.arrayLeft -= bytes;
    if (!(this.arrayLeft >= 0)) throw refusal('its arrays take far more memory than the file has bytes');
  }
}

function refusal(what: string): ModelFileError {
  return new ModelFileError(`the pickle is too large to read safely: ${what}`);
}
