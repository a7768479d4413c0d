import type { Feature } from '../../inference/model.js';
import type { Datatype, TensorData } from '../../inference/tensor.js';

/** An array of `size` elements for a datatype (BOOL as bytes, FP16 widened, BYTES as strings). */
export function allocate(datatype: Datatype, size: number): TensorData {
  switch (datatype) {
    case 'FP64':
      return new Float64Array(size);
    case 'FP32':
    case 'FP16':
      return new Float32Array(size);
    case 'INT64':
      return new BigInt64Array(size);
    case 'UINT64':
      return new BigUint64Array(size);
    case 'INT32':
      return new Int32Array(size);
    case 'UINT32':
      return new Uint32Array(size);
    case 'INT16':
      return new Int16Array(size);
    case 'UINT16':
      return new Uint16Array(size);
    case 'INT8':
      return new Int8Array(size);
    case 'UINT8':
    case 'BOOL':
      return new Uint8Array(size);
    case 'BYTES':
      return new Array<string | null>(size).fill('');
  }
}

/** Smallest and largest value of the integer datatypes. */
const INTEGER_RANGES: Partial<Record<Datatype, readonly [bigint, bigint]>> = {
  INT8: [-(2n ** 7n), 2n ** 7n - 1n],
  INT16: [-(2n ** 15n), 2n ** 15n - 1n],
  INT32: [-(2n ** 31n), 2n ** 31n - 1n],
  INT64: [-(2n ** 63n), 2n ** 63n - 1n],
  UINT8: [0n, 2n ** 8n - 1n],
  UINT16: [0n, 2n ** 16n - 1n],
  UINT32: [0n, 2n ** 32n - 1n],
  UINT64: [0n, 2n ** 64n - 1n],
};

/** Largest finite values of the narrow floats: beyond them a number would become infinite. */
const MAX_FP32 = 3.4028234663852886e38;
const MAX_FP16 = 65504;
const LARGEST: Partial<Record<Datatype, number>> = { FP32: MAX_FP32, FP16: MAX_FP16 };

/**
 * Writes one value of a request into a tensor, if it fits without loss.
 * @returns what is wrong with it, or undefined
 */
export function writeCell(
  data: TensorData,
  index: number,
  value: unknown,
  target: Pick<Feature, 'datatype' | 'nullable' | 'ignored'>,
): string | undefined {
  const { datatype, nullable, ignored } = target;
  if (ignored) return writeNothing(data, index);
  if (datatype === 'BYTES') return writeText(data as (string | null)[], index, value, nullable);
  if (datatype === 'BOOL') return writeBoolean(data as Uint8Array, index, value);
  if (datatype === 'FP64' || datatype === 'FP32' || datatype === 'FP16')
    return writeReal(data as Float64Array, index, value, datatype, nullable);
  return writeInteger(data, index, value, datatype);
}

/** The value of a column that the model ignores. */
function writeNothing(data: TensorData, index: number): undefined {
  if (Array.isArray(data)) data[index] = null;
  else if (data instanceof Float64Array || data instanceof Float32Array) data[index] = NaN;
}

function writeReal(
  data: Float64Array,
  index: number,
  value: unknown,
  datatype: Datatype,
  nullable?: boolean,
): string | undefined {
  // Digits of JSON are rounded to the nearest float, as those of any decimal are.
  if (typeof value === 'bigint') value = Number(value);
  if (typeof value === 'boolean') value = Number(value);
  if (typeof value !== 'number') {
    if (value !== null) return 'value is not a number';
    if (!nullable) return 'value is missing, and the model does not support missing values';
    data[index] = NaN;
    return undefined;
  }
  if (Number.isNaN(value)) {
    if (!nullable) return 'value is not a number (NaN), and the model does not support missing values';
  } else if (value === Infinity || value === -Infinity) {
    return 'value is not a finite number';
  } else if (Math.abs(value) > (LARGEST[datatype] ?? Infinity)) {
    return `value is beyond the largest ${datatype}, ${LARGEST[datatype]}`;
  }
  data[index] = value;
  return undefined;
}

function writeText(
  data: (string | null)[],
  index: number,
  value: unknown,
  nullable?: boolean,
): string | undefined {
  if (value === null) {
    if (!nullable) return 'value is missing, and the model does not support missing values';
  } else if (typeof value !== 'string') return 'value is not a string';
  data[index] = value;
  return undefined;
}

function writeBoolean(data: Uint8Array, index: number, value: unknown): string | undefined {
  if (value !== true && value !== false && value !== 0 && value !== 1) return 'value is not true or false';
  data[index] = Number(value);
  return undefined;
}

function writeInteger(
  data: TensorData,
  index: number,
  value: unknown,
  datatype: Datatype,
): string | undefined {
  if (typeof value === 'boolean') value = Number(value);
  if (typeof value !== 'bigint' && !Number.isSafeInteger(value))
    return Number.isInteger(value)
      ? 'value is beyond 2^53 and has a fraction or an exponent, so that its digits are not certain; write it as a whole number'
      : 'value is not a whole number';
  const whole = BigInt(value as number | bigint);
  const [low, high] = INTEGER_RANGES[datatype]!;
  if (whole < low || whole > high) return `value is out of range for ${datatype}`;
  if (data instanceof BigInt64Array || data instanceof BigUint64Array) data[index] = whole;
  else (data as Int32Array)[index] = Number(whole);
  return undefined;
}
