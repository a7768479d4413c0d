/**
 * The inputs and outputs of models. Names and datatypes are those of the Open Inference Protocol V2
 * (https://github.com/kserve/open-inference-protocol, "Tensor Data Types").
 */
export const DATATYPES = [
  'BOOL',
  'UINT8',
  'UINT16',
  'UINT32',
  'UINT64',
  'INT8',
  'INT16',
  'INT32',
  'INT64',
  'FP16',
  'FP32',
  'FP64',
  'BYTES',
] as const;
export type Datatype = (typeof DATATYPES)[number];

export type NumericArray =
  | Float64Array
  | Float32Array
  | Int8Array
  | Int16Array
  | Int32Array
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array;

/** Row-major values of one tensor: a typed array for numbers, strings (null for a missing value) for BYTES. */
export type TensorData = NumericArray | (string | null)[];

/**
 * A named tensor. `data.length` is the product of `shape`; the first dimension is the batch (rows). BOOL is a
 * Uint8Array (0 or 1), FP16 a Float32Array of the widened values.
 */
export interface Tensor {
  readonly name: string;
  readonly datatype: Datatype;
  readonly shape: readonly number[];
  readonly data: TensorData;
}

/** The number of rows: the first dimension. */
export const rowCountOf = ({ shape }: Pick<Tensor, 'shape'>): number => shape[0];

/** The datatype and shape of one input or output. -1 is any size. */
export interface TensorSpec {
  readonly name: string;
  readonly datatype: Datatype;
  readonly shape: readonly number[];
}
