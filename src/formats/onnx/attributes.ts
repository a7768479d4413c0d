import { ATTRIBUTE, contentOf, TENSOR } from './onnx-schema.js';
import { readExactVarints, readFields, readPackedVarints, readString, WIRE, type Field } from './protobuf.js';
import { integer } from '../../inference/labels.js';
import type { OnnxNode } from './onnx-model.js';
import type { Label } from '../../inference/model.js';

const STRING = 8;
const INT32 = 6;
const INT64 = 7;

/** The integers of an attribute, empty where the node lacks it. */
export function intsOf(node: OnnxNode, name: string): number[] {
  return fieldsOf(node.attributes.get(name), ATTRIBUTE.ints).flatMap(integers);
}

/** The integers of an attribute as labels, with all their digits. */
export function intLabelsOf(node: OnnxNode, name: string): (number | bigint)[] {
  return fieldsOf(node.attributes.get(name), ATTRIBUTE.ints).flatMap(exactIntegers);
}

/** The integer of an attribute. */
export function intOf(node: OnnxNode, name: string): number | undefined {
  return fieldsOf(node.attributes.get(name), ATTRIBUTE.int).at(-1)?.int;
}

/** The texts of an attribute, empty where the node lacks it. */
export function stringsOf(node: OnnxNode, name: string): string[] {
  return fieldsOf(node.attributes.get(name), ATTRIBUTE.strings).map((field) =>
    readString(contentOf(field, 'text')),
  );
}

/** The elements of a string, int32 or int64 tensor (encoded TensorProto); undefined for other types. */
export function labelsOfTensor(tensor: Uint8Array): Label[] | undefined {
  const dataType = fieldsOf(tensor, TENSOR.dataType).at(-1)?.int;
  if (dataType === STRING) {
    return fieldsOf(tensor, TENSOR.stringData).map((field) => readString(contentOf(field, 'text')));
  }
  if (dataType !== INT64 && dataType !== INT32) return undefined;
  const raw = fieldsOf(tensor, TENSOR.rawData).at(-1);
  if (raw) return littleEndianIntegers(contentOf(raw, 'raw data'), dataType === INT64 ? 8 : 4);
  return fieldsOf(tensor, dataType === INT64 ? TENSOR.int64Data : TENSOR.int32Data).flatMap(exactIntegers);
}

function littleEndianIntegers(bytes: Uint8Array, width: 4 | 8): (number | bigint)[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: Math.floor(bytes.length / width) }, (_, index) =>
    width === 8 ? integer(view.getBigInt64(index * 8, true)) : view.getInt32(index * 4, true),
  );
}

function exactIntegers(field: Field): (number | bigint)[] {
  if (field.wireType === WIRE.bytes) return readExactVarints(field.bytes);
  return [Number.isSafeInteger(field.int) ? field.int : field.exactInt];
}

function integers(field: Field): number[] {
  return field.wireType === WIRE.bytes ? readPackedVarints(field.bytes) : [field.int];
}

function fieldsOf(message: Uint8Array | undefined, number: number): Field[] {
  const found: Field[] = [];
  if (message) for (const field of readFields(message)) if (field.number === number) found.push(field);
  return found;
}
