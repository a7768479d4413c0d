import { type Label, ModelFileError } from '../../inference/model.js';
import { intLabelsOf, stringsOf } from './attributes.js';
import { readValueInfo, type OnnxModel, type OnnxNode } from './onnx-model.js';
import { DIMENSION, GRAPH, MODEL, NODE, OPSET, SHAPE, TENSOR_TYPE, TYPE, VALUE_INFO } from './onnx-schema.js';
import { bytesField, readFields, varintField } from './protobuf.js';

const FLOAT = 1;
/** Where a file imports ONNX's own operators in no version: any that has Identity will do, and every runtime has this one. */
const DEFAULT_OPSET = 13;

/** An output that a ZipMap made: its name and the labels that its columns stand for. */
export interface ZipMap {
  readonly node: OnnxNode;
  readonly output: string;
  readonly labels: readonly Label[];
}

/**
 * The ZipMaps at the end of the graph, which turn a [rows, classes] tensor into a sequence of maps (ai.onnx.ml ZipMap).
 * @throws ModelFileError where another node takes the maps, or the labels are missing
 */
export function findZipMaps({ graph }: OnnxModel): ZipMap[] {
  const outputs = new Set(graph.outputs.map(({ name }) => name));
  const consumed = new Set(graph.nodes.flatMap((node) => node.inputs));
  return graph.nodes
    .filter(isZipMap)
    .filter((node) => outputs.has(node.outputs[0]))
    .map((node) => {
      const [output] = node.outputs;
      if (consumed.has(output))
        throw new ModelFileError(`output ${output} is a sequence of maps that other nodes use too`);
      const strings = stringsOf(node, 'classlabels_strings');
      const labels = strings.length > 0 ? strings : intLabelsOf(node, 'classlabels_int64s');
      if (labels.length === 0)
        throw new ModelFileError(`the ZipMap that makes output ${output} has no labels`);
      return { node, output, labels };
    });
}

/**
 * The model with each ZipMap replaced by an Identity: the output keeps its name and becomes the float tensor
 * [rows, classes] that went into the map. Every other byte of the file stays.
 */
export function cutZipMaps(bytes: Uint8Array, model: OnnxModel, zipMaps: readonly ZipMap[]): Uint8Array {
  const byRaw = new Map(zipMaps.map((zipMap) => [zipMap.node.raw.byteOffset, zipMap]));
  const byOutput = new Map(zipMaps.map((zipMap) => [zipMap.output, zipMap]));
  const parts: Uint8Array[] = [];
  for (const field of readFields(bytes)) {
    if (field.number !== MODEL.graph) parts.push(field.raw);
    else parts.push(bytesField(MODEL.graph, [...rewrittenGraph(field.bytes, byRaw, byOutput)]));
  }
  if (!model.opsets.has('')) {
    parts.push(
      bytesField(MODEL.opsetImport, [
        bytesField(OPSET.domain, ''),
        varintField(OPSET.version, DEFAULT_OPSET),
      ]),
    );
  }
  return Buffer.concat(parts);
}

function* rewrittenGraph(graph: Uint8Array, byRaw: Map<number, ZipMap>, byOutput: Map<string, ZipMap>) {
  for (const field of readFields(graph)) {
    const node = field.number === GRAPH.node && byRaw.get(field.raw.byteOffset);
    const output = field.number === GRAPH.output && byOutput.get(readValueInfo(field).name);
    if (node) yield identity(node);
    else if (output) yield probabilities(output);
    else yield field.raw;
  }
}

function identity({ node, output }: ZipMap): Uint8Array {
  return bytesField(GRAPH.node, [
    bytesField(NODE.input, node.inputs[0]),
    bytesField(NODE.output, output),
    bytesField(NODE.name, node.name),
    bytesField(NODE.opType, 'Identity'),
  ]);
}

function probabilities({ output, labels }: ZipMap): Uint8Array {
  const dims = [
    bytesField(SHAPE.dim, []),
    bytesField(SHAPE.dim, [varintField(DIMENSION.value, labels.length)]),
  ];
  const tensor = [varintField(TENSOR_TYPE.elemType, FLOAT), bytesField(TENSOR_TYPE.shape, dims)];
  return bytesField(GRAPH.output, [
    bytesField(VALUE_INFO.name, output),
    bytesField(VALUE_INFO.type, [bytesField(TYPE.tensor, tensor)]),
  ]);
}

function isZipMap(node: OnnxNode): boolean {
  return node.opType === 'ZipMap' && node.domain === 'ai.onnx.ml';
}
