import type { Label } from '../../inference/model.js';
import { intLabelsOf, labelsOfTensor, stringsOf } from './attributes.js';
import type { OnnxModel, OnnxNode } from './onnx-model.js';
import type { ZipMap } from './zipmap.js';

/** Operators that hand labels on as they are. */
const PASSES_LABELS = new Set(['Identity', 'Cast', 'Reshape', 'Squeeze', 'Unsqueeze', 'Flatten']);

const CLASSIFIERS = new Set(['LinearClassifier', 'SVMClassifier', 'TreeEnsembleClassifier']);

/**
 * The class labels in the column order of probabilities: those of the ZipMaps where they agree, else those of the
 * one operator whose label reaches an output of the model. Undefined where the graph does not tell.
 */
export function classesOf(model: OnnxModel, zipMaps: readonly ZipMap[]): readonly Label[] | undefined {
  if (zipMaps.length > 0) return agreed(zipMaps.map(({ labels }) => labels));
  const producers = new Map(
    model.graph.nodes.flatMap((node) => node.outputs.map((output) => [output, node] as const)),
  );
  const found = model.graph.outputs
    .map(({ name }) => labelsBehind(name, producers, model))
    .filter((labels) => labels !== undefined);
  return agreed(found);
}

function labelsBehind(
  output: string,
  producers: ReadonlyMap<string, OnnxNode>,
  { graph }: OnnxModel,
): Label[] | undefined {
  let name = output;
  const seen = new Set<OnnxNode>();
  for (;;) {
    const node = producers.get(name);
    if (!node || seen.has(node)) return undefined;
    seen.add(node);
    if (CLASSIFIERS.has(node.opType) && node.outputs[0] === name) return classLabels(node);
    if (node.opType === 'ArrayFeatureExtractor') return tensorLabels(graph.initializers.get(node.inputs[0]));
    if (!PASSES_LABELS.has(node.opType)) return undefined;
    name = node.inputs[0];
  }
}

function classLabels(node: OnnxNode): Label[] | undefined {
  const strings = stringsOf(node, 'classlabels_strings');
  const ints =
    strings.length > 0
      ? []
      : [...intLabelsOf(node, 'classlabels_ints'), ...intLabelsOf(node, 'classlabels_int64s')];
  const labels = [...strings, ...ints];
  return labels.length > 0 ? labels : undefined;
}

function tensorLabels(tensor: Uint8Array | undefined): Label[] | undefined {
  return tensor && labelsOfTensor(tensor);
}

function agreed(candidates: readonly (readonly Label[])[]): readonly Label[] | undefined {
  const [first, ...others] = candidates;
  const differs = (labels: readonly Label[]): boolean =>
    labels.length !== first.length || labels.some((label, i) => label !== first[i]);
  return !first || others.some(differs) ? undefined : first;
}
