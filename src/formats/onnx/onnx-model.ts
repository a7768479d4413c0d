import { ModelFileError } from '../../inference/model.js';
import {
  ATTRIBUTE,
  contentOf,
  DIMENSION,
  ENTRY,
  GRAPH,
  MODEL,
  NODE,
  OPSET,
  SHAPE,
  SPARSE_TENSOR,
  TENSOR,
  TENSOR_TYPE,
  TYPE,
  VALUE_INFO,
} from './onnx-schema.js';
import { readFields, readString, type Field } from './protobuf.js';

/** A tensor's element type (TensorProto.DataType) and shape, -1 where a size is symbolic; no shape: rank unknown. */
export interface TensorType {
  readonly kind: 'tensor';
  readonly elemType: number;
  readonly shape?: readonly number[];
  /** Names of the symbolic sizes, where the file has them; as long as the shape. */
  readonly symbols?: readonly (string | undefined)[];
}
export type ValueType =
  TensorType | { readonly kind: 'sequence' | 'map' | 'sparse tensor' | 'optional' | 'opaque' };

export interface ValueInfo {
  readonly name: string;
  readonly type: ValueType;
}

export interface OnnxNode {
  readonly name: string;
  readonly opType: string;
  /** Empty for the operators of ONNX itself. */
  readonly domain: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** Encoded AttributeProto by attribute name; read with `labelsAttribute` and the like. */
  readonly attributes: ReadonlyMap<string, Uint8Array>;
  /** The field as it stands in the graph. */
  readonly raw: Uint8Array;
}

export interface OnnxGraph {
  readonly name: string;
  readonly nodes: readonly OnnxNode[];
  /** Inputs that a caller must give: those with an initializer are left out. */
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
  /** Encoded TensorProto by name. */
  readonly initializers: ReadonlyMap<string, Uint8Array>;
}

/** The parts of a ModelProto with the model's inputs, outputs and producer. Weights are not decoded. */
export interface OnnxModel {
  readonly irVersion: number;
  readonly producerName: string;
  readonly producerVersion: string;
  /** Opset version by operator domain. */
  readonly opsets: ReadonlyMap<string, number>;
  readonly metadata: ReadonlyMap<string, string>;
  readonly graph: OnnxGraph;
}

/** @throws ModelFileError if the bytes are not a complete ModelProto */
export function readModel(bytes: Uint8Array): OnnxModel {
  const model = group(bytes);
  const graphs = model(MODEL.graph);
  if (graphs.length !== 1)
    throw new ModelFileError(
      graphs.length === 0 ? 'the file is truncated: it has no graph' : 'the file has several graphs',
    );
  const opsets = new Map(model(MODEL.opsetImport).map(readOpset));
  if (opsets.size === 0) throw new ModelFileError('the file is truncated: it imports no operator set');
  return {
    irVersion: model(MODEL.irVersion).at(-1)?.int ?? 0,
    producerName: text(model(MODEL.producerName)),
    producerVersion: text(model(MODEL.producerVersion)),
    opsets,
    metadata: new Map(model(MODEL.metadata).map(readEntry)),
    graph: readGraph(contentOf(graphs[0], 'graph')),
  };
}

function readGraph(bytes: Uint8Array): OnnxGraph {
  const graph = group(bytes);
  const initializers = new Map<string, Uint8Array>();
  for (const field of graph(GRAPH.initializer)) {
    const tensor = contentOf(field, 'initializer');
    initializers.set(textOf(tensor, TENSOR.name), tensor);
  }
  for (const field of graph(GRAPH.sparseInitializer)) {
    const [values] = group(contentOf(field, 'sparse initializer'))(SPARSE_TENSOR.values);
    if (values) initializers.set(textOf(contentOf(values, 'tensor'), TENSOR.name), values.bytes);
  }
  return {
    name: text(graph(GRAPH.name)),
    nodes: graph(GRAPH.node).map(readNode),
    inputs: graph(GRAPH.input)
      .map(readValueInfo)
      .filter(({ name }) => !initializers.has(name)),
    outputs: graph(GRAPH.output).map(readValueInfo),
    initializers,
  };
}

function readNode(field: Field): OnnxNode {
  const node = group(contentOf(field, 'node'));
  const attributes = node(NODE.attribute).map((attribute) => {
    const content = contentOf(attribute, 'attribute');
    return [textOf(content, ATTRIBUTE.name), content] as const;
  });
  const domain = text(node(NODE.domain));
  return {
    name: text(node(NODE.name)),
    opType: text(node(NODE.opType)),
    domain: domain === 'ai.onnx' ? '' : domain,
    inputs: node(NODE.input).map((input) => text([input])),
    outputs: node(NODE.output).map((output) => text([output])),
    attributes: new Map(attributes),
    raw: field.raw,
  };
}

/** Reads a ValueInfoProto: a graph's input or output. */
export function readValueInfo(field: Field): ValueInfo {
  const info = group(contentOf(field, 'value'));
  const [type] = info(VALUE_INFO.type);
  return {
    name: text(info(VALUE_INFO.name)),
    type: type ? readType(contentOf(type, 'type')) : { kind: 'opaque' },
  };
}

function readType(bytes: Uint8Array): ValueType {
  const type = group(bytes);
  const [tensor] = type(TYPE.tensor);
  if (tensor) return readTensorType(contentOf(tensor, 'tensor type'));
  if (type(TYPE.sequence).length > 0) return { kind: 'sequence' };
  if (type(TYPE.map).length > 0) return { kind: 'map' };
  if (type(TYPE.sparseTensor).length > 0) return { kind: 'sparse tensor' };
  if (type(TYPE.optional).length > 0) return { kind: 'optional' };
  return { kind: 'opaque' };
}

function readTensorType(bytes: Uint8Array): TensorType {
  const tensor = group(bytes);
  const elemType = tensor(TENSOR_TYPE.elemType).at(-1)?.int ?? 0;
  const [shape] = tensor(TENSOR_TYPE.shape);
  if (!shape) return { kind: 'tensor', elemType };
  const dims = group(contentOf(shape, 'shape'))(SHAPE.dim).map((dim) => group(contentOf(dim, 'dimension')));
  const symbols = dims.map((dim) => text(dim(DIMENSION.parameter)) || undefined);
  return {
    kind: 'tensor',
    elemType,
    shape: dims.map((dim) => {
      const [value] = dim(DIMENSION.value);
      return value && value.int >= 0 ? value.int : -1;
    }),
    ...(symbols.some((symbol) => symbol !== undefined) && { symbols }),
  };
}

function readOpset(field: Field): readonly [string, number] {
  const opset = group(contentOf(field, 'operator set'));
  const domain = text(opset(OPSET.domain));
  return [domain === 'ai.onnx' ? '' : domain, opset(OPSET.version).at(-1)?.int ?? 0];
}

/** Reads a StringStringEntryProto. */
export function readEntry(field: Field): readonly [string, string] {
  const entry = group(contentOf(field, 'entry'));
  return [text(entry(ENTRY.key)), text(entry(ENTRY.value))];
}

const MAX_FIELDS = 1_000_000;

/** The fields of a message by number. @throws ModelFileError where they are too many to hold */
export function group(bytes: Uint8Array): (number: number) => readonly Field[] {
  const byNumber = new Map<number, Field[]>();
  let count = 0;
  for (const field of readFields(bytes)) {
    if (++count > MAX_FIELDS)
      throw new ModelFileError(`a part of the file has more than ${MAX_FIELDS} fields`);
    const fields = byNumber.get(field.number);
    if (fields) fields.push(field);
    else byNumber.set(field.number, [field]);
  }
  return (number) => byNumber.get(number) ?? [];
}

/** A text field of a message that may hold millions of others. */
export function textOf(bytes: Uint8Array, number: number): string {
  let last: Field[] = [];
  for (const field of readFields(bytes)) if (field.number === number) last = [field];
  return text(last);
}

/** A text field; empty if it is absent. If it is repeated, the last one, as in protocol buffers. */
export function text(fields: readonly Field[]): string {
  const last = fields.at(-1);
  return last ? readString(contentOf(last, 'text')) : '';
}
