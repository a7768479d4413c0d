import { ModelFileError } from '../../inference/model.js';
import { readFields, WIRE, type Field } from './protobuf.js';

/**
 * Numbers of the fields read here, from onnx.proto (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto, IR
 * version 13). Whatever else a file holds is passed over and kept as it is.
 */
export const MODEL = {
  irVersion: 1,
  producerName: 2,
  producerVersion: 3,
  domain: 4,
  modelVersion: 5,
  docString: 6,
  graph: 7,
  opsetImport: 8,
  metadata: 14,
  training: 20,
  functions: 25,
} as const;
export const GRAPH = {
  node: 1,
  name: 2,
  initializer: 5,
  input: 11,
  output: 12,
  sparseInitializer: 15,
} as const;
export const NODE = { input: 1, output: 2, name: 3, opType: 4, attribute: 5, domain: 7 } as const;
export const ATTRIBUTE = { name: 1, int: 3, string: 4, tensor: 5, ints: 8, strings: 9 } as const;
export const TENSOR = {
  dims: 1,
  dataType: 2,
  int32Data: 5,
  stringData: 6,
  int64Data: 7,
  name: 8,
  rawData: 9,
  externalData: 13,
} as const;
export const SPARSE_TENSOR = { values: 1 } as const;
export const ENTRY = { key: 1, value: 2 } as const;
export const OPSET = { domain: 1, version: 2 } as const;
export const FUNCTION = { name: 1, domain: 10 } as const;
export const VALUE_INFO = { name: 1, type: 2 } as const;
export const TYPE = { tensor: 1, sequence: 4, map: 5, sparseTensor: 8, optional: 9 } as const;
export const TENSOR_TYPE = { elemType: 1, shape: 2 } as const;
export const SHAPE = { dim: 1 } as const;
export const DIMENSION = { value: 1, parameter: 2 } as const;

export type MessageKind =
  'model' | 'training' | 'function' | 'graph' | 'node' | 'attribute' | 'tensor' | 'sparse';

/** Where messages that hold nodes or tensors nest in one another: kind → field number → kind of the nested message. */
const NESTED: Readonly<Record<MessageKind, Readonly<Record<number, MessageKind>>>> = {
  model: { 7: 'graph', 20: 'training', 25: 'function' },
  training: { 1: 'graph', 2: 'graph' },
  function: { 7: 'node', 11: 'attribute' },
  graph: { 1: 'node', 5: 'tensor', 15: 'sparse' },
  node: { 5: 'attribute' },
  attribute: { 5: 'tensor', 6: 'graph', 10: 'tensor', 11: 'graph', 22: 'sparse', 23: 'sparse' },
  sparse: { 1: 'tensor', 2: 'tensor' },
  tensor: {},
};

const MAX_DEPTH = 100;
const MAX_MESSAGES = 5_000_000;

/**
 * Every node, attribute and tensor of a model, those of nested graphs and local functions included, outer before inner.
 * @throws ModelFileError for a broken encoding, or nesting and numbers that no real model has
 */
export function* walkMessages(model: Uint8Array): Generator<{ kind: MessageKind; bytes: Uint8Array }> {
  const stack: { kind: MessageKind; fields: Generator<Field> }[] = [
    { kind: 'model', fields: readFields(model) },
  ];
  let messages = 0;
  while (stack.length > 0) {
    const { kind, fields } = stack[stack.length - 1];
    const next = fields.next();
    if (next.done) {
      stack.pop();
      continue;
    }
    const nested = NESTED[kind][next.value.number];
    if (nested === undefined) continue;
    if (stack.length >= MAX_DEPTH)
      throw new ModelFileError(`the graph nests deeper than ${MAX_DEPTH} levels`);
    if (++messages > MAX_MESSAGES) throw new ModelFileError(`the graph has more than ${MAX_MESSAGES} parts`);
    const bytes = contentOf(next.value, nested);
    yield { kind: nested, bytes };
    stack.push({ kind: nested, fields: readFields(bytes) });
  }
}

/** The content of a length-delimited field. @throws ModelFileError where it is a number instead */
export function contentOf(field: Field, what: string): Uint8Array {
  if (field.wireType !== WIRE.bytes)
    throw new ModelFileError(`not an ONNX model: field ${field.number} is not a ${what}`);
  return field.bytes;
}
