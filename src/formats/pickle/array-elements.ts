/** The elements of numpy arrays, from their bytes in C order. */
import { ModelFileError } from '../../inference/model.js';
import type { NumericArray } from '../../inference/tensor.js';
import { NdArray, PyObject, type PyValue } from './values.js';
import { publicDtype, type StoredDtype, type StoredField } from './dtype.js';
import type { Budget } from './limits.js';

type Elements = Pick<NdArray, 'data' | 'fields'>;

const STRING_COST = 40;
const NATIVE: Readonly<Record<string, (buffer: ArrayBuffer) => NumericArray>> = {
  i1: (b) => new Int8Array(b),
  i2: (b) => new Int16Array(b),
  i4: (b) => new Int32Array(b),
  i8: (b) => new BigInt64Array(b),
  u1: (b) => new Uint8Array(b),
  u2: (b) => new Uint16Array(b),
  u4: (b) => new Uint32Array(b),
  u8: (b) => new BigUint64Array(b),
  f4: (b) => new Float32Array(b),
  f8: (b) => new Float64Array(b),
  M8: (b) => new BigInt64Array(b),
  m8: (b) => new BigInt64Array(b),
};

/**
 * @param bytes the elements in C order, `count` × `dtype.itemsize` bytes that the caller gives away
 * @param shape of the array; a record's fields get it, with that of a sub-array behind
 */
export function decodeElements(
  bytes: Uint8Array<ArrayBuffer>,
  dtype: StoredDtype,
  shape: readonly number[],
  count: number,
  budget: Budget,
): Elements {
  if (dtype.fields !== undefined) {
    const fields = dtype.fields.map(
      (field) => [field.name, column(bytes, dtype, field, shape, count, budget)] as const,
    );
    return { data: new Uint8Array(0), fields: new Map(fields) };
  }
  if (dtype.base !== undefined) throw new ModelFileError('an array of sub-arrays stands outside a record');
  return { data: numeric(bytes, dtype, count, budget) ?? text(bytes, dtype, count, budget) };
}

/** One field of a record array as an array of its own. */
function column(
  bytes: Uint8Array<ArrayBuffer>,
  record: StoredDtype,
  { dtype, offset }: StoredField,
  shape: readonly number[],
  count: number,
  budget: Budget,
): NdArray {
  const { itemsize } = dtype;
  budget.array(count * itemsize);
  budget.heap(STRING_COST * 8);
  const own = gathered(bytes, offset, record.itemsize, itemsize, count);
  const inner = dtype.base?.dtype ?? dtype;
  const innerShape = [...shape, ...(dtype.base?.shape ?? [])];
  const innerCount = innerShape.reduce((a, b) => a * b, 1);
  const { data, fields } = decodeElements(own, inner, innerShape, innerCount, budget);
  return new NdArray(publicDtype(inner), innerShape, data, fields);
}

/** `count` pieces of `size` bytes, `stride` bytes apart, side by side; four bytes at a time where they lie so. */
function gathered(
  bytes: Uint8Array<ArrayBuffer>,
  offset: number,
  stride: number,
  size: number,
  count: number,
): Uint8Array<ArrayBuffer> {
  const own = new Uint8Array(count * size);
  const isWide = [bytes.byteOffset, bytes.length, offset, stride, size].every((n) => n % 4 === 0);
  const unit = isWide ? 4 : 1;
  const from = isWide ? new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4) : bytes;
  const to = isWide ? new Uint32Array(own.buffer) : own;
  const width = size / unit;
  for (let i = 0, out = 0; i < count; i++) {
    const start = (i * stride + offset) / unit;
    for (let k = 0; k < width; k++) to[out++] = from[start + k];
  }
  return own;
}

function numeric(
  bytes: Uint8Array<ArrayBuffer>,
  dtype: StoredDtype,
  count: number,
  budget: Budget,
): NumericArray | PyValue[] | undefined {
  const { kind, itemsize, bigEndian } = dtype;
  if (kind === 'b') return bytes.map((byte) => (byte === 0 ? 0 : 1));
  const native = NATIVE[`${kind}${itemsize}`];
  if (native !== undefined) return native((bigEndian ? swapped(bytes, itemsize) : bytes).buffer);
  if (kind === 'f') return floats(bytes, itemsize, bigEndian, count, budget);
  return kind === 'c' ? complexes(bytes, itemsize, bigEndian, count, budget) : undefined;
}

/** float16 and long double as float64. */
function floats(
  bytes: Uint8Array<ArrayBuffer>,
  itemsize: number,
  bigEndian: boolean,
  count: number,
  budget: Budget,
): Float64Array {
  budget.array(8 * count);
  const view = new DataView(swappedIf(bigEndian, bytes, itemsize).buffer);
  if (itemsize === 4 || itemsize === 8) {
    return Float64Array.from({ length: count }, (_, i) =>
      itemsize === 8 ? view.getFloat64(8 * i, true) : view.getFloat32(4 * i, true),
    );
  }
  const widen = itemsize === 2 ? half : extended;
  return Float64Array.from({ length: count }, (_, i) => widen(view, i * itemsize));
}

/** Each as an object with `real` and `imag`, so that it is not mistaken for a real number. */
function complexes(
  bytes: Uint8Array<ArrayBuffer>,
  itemsize: number,
  bigEndian: boolean,
  count: number,
  budget: Budget,
): PyValue[] {
  budget.heap(300 * count);
  const parts = floats(bytes, itemsize / 2, bigEndian, 2 * count, budget);
  return Array.from({ length: count }, (_, i) => complex(parts[2 * i], parts[2 * i + 1]));
}

export function complex(real: number, imag: number): PyObject {
  return new PyObject(
    'builtins.complex',
    new Map([
      ['real', real],
      ['imag', imag],
    ]),
  );
}

/** Elements of fixed width as strings without their padding NULs; raw bytes (void) stay bytes. */
function text(
  bytes: Uint8Array,
  { kind, itemsize, bigEndian }: StoredDtype,
  count: number,
  budget: Budget,
): PyValue[] {
  if (kind === 'O') throw new ModelFileError('an array of objects is stored as bytes');
  budget.heap(count * STRING_COST + (kind === 'U' ? bytes.length / 2 : bytes.length));
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const out: PyValue[] = [];
  for (let i = 0; i < count; i++) {
    const start = i * itemsize;
    if (kind === 'V') out.push(bytes.subarray(start, start + itemsize));
    else if (kind === 'S') {
      out.push(latin1(bytes, start, itemsize));
    } else out.push(ucs4(view, start, itemsize, bigEndian));
  }
  return out;
}

/**
 * The bytes as characters, without trailing NULs, which are searched from the end, because a search from the start is
 * quadratic.
 */
function latin1(bytes: Uint8Array, start: number, length: number): string {
  let end = start + length;
  while (end > start && bytes[end - 1] === 0) end--;
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1');
}

function ucs4(view: DataView, start: number, length: number, bigEndian: boolean): string {
  let end = start + length;
  while (end > start && view.getUint32(end - 4, !bigEndian) === 0) end -= 4;
  let out = '';
  for (let at = start; at < end; at += 4) {
    const point = view.getUint32(at, !bigEndian);
    if (point > 0x10ffff) throw new ModelFileError('an array of text contains an invalid Unicode code point');
    out += String.fromCodePoint(point);
  }
  return out;
}

function swappedIf(
  bigEndian: boolean,
  bytes: Uint8Array<ArrayBuffer>,
  itemsize: number,
): Uint8Array<ArrayBuffer> {
  return bigEndian ? swapped(bytes, itemsize) : bytes;
}

function swapped(bytes: Uint8Array<ArrayBuffer>, itemsize: number): Uint8Array<ArrayBuffer> {
  for (let start = 0; start < bytes.length; start += itemsize)
    bytes.subarray(start, start + itemsize).reverse();
  return bytes;
}

/** IEEE 754 binary16. */
function half(view: DataView, at: number): number {
  const bits = view.getUint16(at, true);
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** The 80-bit extended format of x87, which numpy's long double is where sklearn models are mostly trained. */
function extended(view: DataView, at: number): number {
  const mantissa = view.getBigUint64(at, true);
  const head = view.getUint16(at + 8, true);
  const sign = head & 0x8000 ? -1 : 1;
  const exponent = head & 0x7fff;
  if (exponent === 0x7fff) return mantissa << 1n === 1n << 64n ? sign * Infinity : NaN;
  if (mantissa === 0n) return sign < 0 ? -0 : 0;
  const power = exponent - 16383 - 63;
  return sign * scaled(Number(mantissa), power);
}

/** x · 2^power without intermediate overflow. */
function scaled(x: number, power: number): number {
  const half = Math.trunc(power / 2);
  return x * 2 ** half * 2 ** (power - half);
}
