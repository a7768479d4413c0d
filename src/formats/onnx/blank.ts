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

/** Whether the file leaves a size other than the rows open, so that any size tried is a guess. */
export const hasOpenSizes = ({ inputs }: Signature): boolean =>
  inputs.some(({ shape }) => shape.slice(1).includes(-1));

/** Shapes of the inputs with their open sizes filled in; undefined where they have too many elements. */
export function blankShapes({ inputs }: Signature, rows: number, open: number): number[][] | undefined {
  const shapes = inputs.map(({ shape }) =>
    shape.map((size, axis) => (size !== -1 ? size : axis === 0 ? rows : open)),
  );
  const elements = shapes.map(elementsOf).reduce((a, b) => a + b, 0);
  return elements > MAX_ELEMENTS ? undefined : shapes;
}

/**
 * One row of zeros and empty texts for a run that only shows that the model runs; undefined where a size other than
 * the batch's is open, since any guess may be one that the model cannot take.
 */
export function blankInputs(signature: Signature): Tensor[] | undefined {
  if (hasOpenSizes(signature)) return undefined;
  const shapes = blankShapes(signature, 1, 1);
  return shapes?.map((shape, index) => {
    const { name, datatype } = signature.inputs[index];
    return { name, datatype, shape, data: blankData(datatype, elementsOf(shape)) };
  });
}

export const elementsOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

function blankData(datatype: Datatype, size: number): TensorData {
  return datatype === 'BYTES' ? Array.from({ length: size }, () => '') : new ARRAYS[datatype](size);
}
