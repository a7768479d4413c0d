import type * as Ort from 'onnxruntime-node';
import { ModelInputError } from '../../inference/model.js';
import type { Tensor, TensorData } from '../../inference/tensor.js';
import { datatypeOfOrt, ortTypeOf } from './datatypes.js';
import { narrowToHalf, widenHalf } from '../../inference/half.js';

/**
 * A tensor as onnxruntime takes it. Numbers are shared, not copied; halves are narrowed from the float32 values.
 * @throws ModelInputError at the first text that is missing, for ONNX strings have no null, or that would not arrive whole
 */
export function toOrt({ Tensor: OrtTensor }: typeof Ort, tensor: Tensor): Ort.Tensor {
  const type = ortTypeOf(tensor.datatype);
  const dims = [...tensor.shape];
  if (type === 'string') return new OrtTensor('string', presentTexts(tensor), dims);
  if (type === 'float16')
    return new OrtTensor('float16', Uint16Array.from(tensor.data as Float32Array, narrowToHalf), dims);
  return new OrtTensor(type, tensor.data as Ort.Tensor.DataTypeMap['float32'], dims);
}

function presentTexts({ name, shape, data }: Tensor): readonly string[] {
  const texts = data as (string | null)[];
  const bad = texts.findIndex((text) => text === null || text.includes(NUL) || !text.isWellFormed());
  if (bad < 0) return texts as string[];
  const row = Math.floor(bad / (shape.slice(1).reduce((a, b) => a * b, 1) || 1));
  throw new ModelInputError(faultOf(texts[bad]), row, name);
}

/** Where onnxruntime ends a text. */
const NUL = '\0';

/** onnxruntime would cut a text, or put another character in the place of one that UTF-8 cannot hold. */
function faultOf(text: string | null): string {
  if (text === null) return 'is missing; ONNX models accept no missing text';
  return text.includes(NUL)
    ? 'contains the character U+0000, which ONNX models do not accept'
    : 'contains half of a surrogate pair, which is not Unicode text';
}

/** What onnxruntime answered, under the name it was asked for. */
export function fromOrt(name: string, tensor: Ort.Tensor): Tensor {
  const datatype = datatypeOfOrt(tensor.type);
  const data = datatype === 'FP16' ? widened(tensor.data as ArrayBufferView) : (tensor.data as TensorData);
  return { name, datatype, shape: [...tensor.dims], data };
}

/** Node has a Float16Array of its own in later versions, and onnxruntime then answers with that. */
function widened(halves: ArrayBufferView): Float32Array {
  return Float32Array.from(
    new Uint16Array(halves.buffer, halves.byteOffset, halves.byteLength / 2),
    widenHalf,
  );
}
