import { ApiError } from '../../../common/errors.js';
import { narrowToHalf, widenHalf } from '../../../inference/half.js';
import type { Datatype, Tensor, TensorData } from '../../../inference/tensor.js';
import { allocate } from '../../input/cells.js';

/** Bytes per element in the V2 binary extension and in raw gRPC contents. BYTES elements have a length prefix. */
export const ELEMENT_BYTES: Readonly<Record<Exclude<Datatype, 'BYTES'>, number>> = {
  BOOL: 1,
  UINT8: 1,
  INT8: 1,
  UINT16: 2,
  INT16: 2,
  FP16: 2,
  UINT32: 4,
  INT32: 4,
  FP32: 4,
  UINT64: 8,
  INT64: 8,
  FP64: 8,
};

type TypedArray = Exclude<TensorData, unknown[]>;

/**
 * Reads little-endian row-major values, without a copy if they are aligned.
 * @param count elements of the tensor's shape
 * @throws ApiError `invalid_input` naming the tensor, if there are not as many bytes
 */
export function tensorFromBytes(
  name: string,
  datatype: Datatype,
  count: number,
  bytes: Uint8Array,
): TensorData {
  if (datatype === 'BYTES') return stringsFromBytes(name, count, bytes);
  const expected = count * ELEMENT_BYTES[datatype];
  if (bytes.byteLength !== expected)
    throw new ApiError(
      'invalid_input',
      `${name}: has ${bytes.byteLength} bytes, its shape and datatype need ${expected}`,
    );
  if (datatype === 'FP16') return halves(bytes, count);
  if (datatype !== 'BOOL' && bytes.byteOffset % ELEMENT_BYTES[datatype] === 0)
    return viewOver(bytes, datatype, count);
  const data = allocate(datatype, count) as TypedArray;
  new Uint8Array(data.buffer).set(bytes);
  if (datatype === 'BOOL') for (let i = 0; i < count; i++) if (data[i] !== 0) data[i] = 1;
  return data;
}

/** The bytes of a tensor; the counterpart of {@link tensorFromBytes}. */
export function tensorToBytes({ datatype, data }: Tensor): Buffer {
  if (datatype === 'BYTES') return stringsToBytes(data as (string | null)[]);
  if (datatype === 'FP16') return halvesToBytes(data as Float32Array);
  const { buffer, byteOffset, byteLength } = data as TypedArray;
  return Buffer.from(buffer, byteOffset, byteLength);
}

function viewOver({ buffer, byteOffset }: Uint8Array, datatype: Datatype, count: number): TypedArray {
  const Values = allocate(datatype, 0).constructor as new (
    memory: ArrayBufferLike,
    from: number,
    length: number,
  ) => TypedArray;
  return new Values(buffer, byteOffset, count);
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function stringsFromBytes(name: string, count: number, bytes: Uint8Array): string[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const strings: string[] = [];
  let at = 0;
  while (strings.length < count) {
    const end = at + 4 <= bytes.byteLength ? at + 4 + view.getUint32(at, true) : Infinity;
    if (end > bytes.byteLength)
      throw new ApiError(
        'invalid_input',
        `${name}: its bytes end within element ${strings.length} of ${count}`,
      );
    strings.push(utf8(name, strings.length, bytes.subarray(at + 4, end)));
    at = end;
  }
  if (at !== bytes.byteLength)
    throw new ApiError(
      'invalid_input',
      `${name}: has ${bytes.byteLength - at} bytes more than its ${count} elements`,
    );
  return strings;
}

/**
 * Text of one BYTES element. @throws ApiError `invalid_input`: if the bytes are not UTF-8, since models accept text
 * only
 */
export function utf8(name: string, element: number, bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw new ApiError('invalid_input', `${name}: element ${element} is not UTF-8`);
  }
}

function stringsToBytes(strings: readonly (string | null)[]): Buffer {
  return Buffer.concat(
    strings.flatMap((text) => {
      const bytes = Buffer.from(text ?? '');
      const length = Buffer.alloc(4);
      length.writeUInt32LE(bytes.length);
      return [length, bytes];
    }),
  );
}

/** bfloat16 (the upper half of a float32), widened to FP32, which holds each of its values. */
export function widenBrains(name: string, count: number, bytes: Uint8Array): Float32Array {
  if (bytes.byteLength !== count * 2)
    throw new ApiError(
      'invalid_input',
      `${name}: has ${bytes.byteLength} bytes, its shape and datatype need ${count * 2}`,
    );
  const bits = new Uint32Array(count);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let i = 0; i < count; i++) bits[i] = view.getUint16(i * 2, true) << 16;
  return new Float32Array(bits.buffer);
}

function halves(bytes: Uint8Array, count: number): Float32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Float32Array.from({ length: count }, (_, i) => widenHalf(view.getUint16(i * 2, true)));
}

function halvesToBytes(values: Float32Array): Buffer {
  const buffer = Buffer.alloc(values.length * 2);
  values.forEach((value, i) => buffer.writeUInt16LE(narrowToHalf(value), i * 2));
  return buffer;
}
