import type { Tensor as OrtTensor } from 'onnxruntime-node';
import { ModelFileError } from '../../inference/model.js';
import type { Datatype } from '../../inference/tensor.js';

type OrtType = OrtTensor.Type;

/** TensorProto.DataType number → the protocol's datatype and onnxruntime's name of it. */
const TYPES: Readonly<Record<number, readonly [Datatype, OrtType]>> = {
  1: ['FP32', 'float32'],
  2: ['UINT8', 'uint8'],
  3: ['INT8', 'int8'],
  4: ['UINT16', 'uint16'],
  5: ['INT16', 'int16'],
  6: ['INT32', 'int32'],
  7: ['INT64', 'int64'],
  8: ['BYTES', 'string'],
  9: ['BOOL', 'bool'],
  10: ['FP16', 'float16'],
  11: ['FP64', 'float64'],
  12: ['UINT32', 'uint32'],
  13: ['UINT64', 'uint64'],
};

const ORT_TYPES = new Map<Datatype, OrtType>(Object.values(TYPES));
const DATATYPES_BY_ORT = new Map<OrtType, Datatype>(
  Object.values(TYPES).map(([datatype, type]) => [type, datatype]),
);

/** @throws ModelFileError for element types that no protocol carries (bfloat16, float8, int4, complex) */
export function datatypeOfElement(elemType: number, of: string): Datatype {
  const type = TYPES[elemType];
  if (!type)
    throw new ModelFileError(`${of} has element type ${elemType} of ONNX, which no datatype stands for`);
  return type[0];
}

export function ortTypeOf(datatype: Datatype): OrtType {
  return ORT_TYPES.get(datatype)!;
}

export function datatypeOfOrt(type: OrtType): Datatype {
  const datatype = DATATYPES_BY_ORT.get(type);
  if (!datatype) throw new Error(`onnxruntime returned a tensor of type ${type}`);
  return datatype;
}
