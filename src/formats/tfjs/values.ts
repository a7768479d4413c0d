import type * as Core from '@tensorflow/tfjs-core';
import type { DataType, Tensor as TfTensor } from '@tensorflow/tfjs-core';
import { ModelInputError, ModelFileError } from '../../inference/model.js';
import type { Datatype, Tensor, TensorData } from '../../inference/tensor.js';

const DATATYPE_OF: Partial<Record<DataType, Datatype>> = {
  float32: 'FP32',
  int32: 'INT32',
  bool: 'BOOL',
  string: 'BYTES',
};

/** The protocol's name for a TensorFlow.js type. @throws ModelFileError for complex numbers, which it cannot carry */
export function datatypeOf(dtype: DataType): Datatype {
  const datatype = DATATYPE_OF[dtype];
  if (!datatype) throw new ModelFileError(`tensors of type ${dtype} cannot be served`);
  return datatype;
}

/** @throws ModelInputError for missing text, which TensorFlow.js has no value for */
export function toTf(tf: typeof Core, { name, data, shape }: Tensor, dtype: DataType): TfTensor {
  if (Array.isArray(data)) {
    const row = data.indexOf(null);
    if (row >= 0)
      throw new ModelInputError('is missing; TensorFlow.js models accept no missing text', row, name);
    return tf.tensor(data as string[], [...shape], 'string');
  }
  return tf.tensor(numbers(data, dtype), [...shape], dtype);
}

function numbers(data: Exclude<TensorData, (string | null)[]>, dtype: DataType) {
  const Values = dtype === 'bool' ? Uint8Array : dtype === 'int32' ? Int32Array : Float32Array;
  if (data instanceof Values) return data;
  const isBig = data instanceof BigInt64Array || data instanceof BigUint64Array;
  // `from` goes through an iterator, at twenty times the cost.
  return new Values(isBig ? Array.from(data, Number) : data);
}

/** Values of a tensor, copied out of the backend. */
export function fromTf(tensor: TfTensor): TensorData {
  const data = tensor.dataSync() as Float32Array | Int32Array | Uint8Array | string[];
  return Array.isArray(data) ? data : data.slice();
}
