/**
 * The values that go into a model and come out of it. Names and datatypes are those of the Open Inference
 * Protocol V2 (https://github.com/kserve/open-inference-protocol, "Tensor Data Types").
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

/** Row-major values of one tensor: a typed array for numbers, strings (null where a value is missing) for BYTES. */
export type TensorData = NumericArray | (string | null)[];

/**
 * A named tensor. `data.length` is the product of `shape`; the first dimension is the batch (rows).
 * BOOL is held as Uint8Array (0 or 1), FP16 as Float32Array of the widened values.
 */
export interface Tensor {
  readonly name: string;
  readonly datatype: Datatype;
  readonly shape: readonly number[];
  readonly data: TensorData;
}

/** What a model expects of, or promises for, one tensor. -1 stands for any size. */
export interface TensorSpec {
  readonly name: string;
  readonly datatype: Datatype;
  readonly shape: readonly number[];
}
