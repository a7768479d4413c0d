import type { Signature } from '../../inference/model.js';
import type { Datatype, Tensor, TensorData } from '../../inference/tensor.js';

const ARRAYS = {
  BOOL: Uint8Array,
  UINT8: Uint8Array,
  UINT16: Uint16Array,
  UINT32: Uint32Array,
  UINT64: BigUint64Array,
  INT8: Int8Array,
  INT16: Int16Array,
  INT32: Int32Array,
  INT64: BigInt64Array,
  FP16: Float32Array,
  FP32: Float32Array,
  FP64: Float64Array,
} as const;

/** Blank inputs beyond this many elements are not worth a trial run. */
const MAX_ELEMENTS = 2 ** 26;

/**
 * One row of zeros and empty texts for a run that only shows that the model runs; undefined where a size other than
 * the batch's is open, since any guess may be one that the model cannot take.
 */
export function blankInputs({ inputs }: Signature): Tensor[] | undefined {
  if (inputs.some(({ shape }) => shape.slice(1).includes(-1))) return undefined;
  const shapes = inputs.map(({ shape }) => shape.map((size) => (size === -1 ? 1 : size)));
  const sizes = shapes.map((shape) => shape.reduce((a, b) => a * b, 1));
  if (sizes.reduce((a, b) => a + b, 0) > MAX_ELEMENTS) return undefined;
  return inputs.map(({ name, datatype }, index) => ({
    name,
    datatype,
    shape: shapes[index],
    data: blankData(datatype, sizes[index]),
  }));
}

function blankData(datatype: Datatype, size: number): TensorData {
  return datatype === 'BYTES' ? Array.from({ length: size }, () => '') : new ARRAYS[datatype](size);
}
