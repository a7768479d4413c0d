import { shownLabel } from '../../inference/labels.js';
import type { ImportedModel } from '../runtime.js';
import type { OnnxModel } from './onnx-model.js';
import type { DroppedOutput } from './signature.js';
import type { ZipMap } from './zipmap.js';

const MAX_STEPS = 50;
const MAX_NAMED_OPERATORS = 6;

/** What the file says of its maker and its graph, and what the import changed or left out. */
export function provenanceOf(
  model: OnnxModel,
  operators: ReadonlyMap<string, number>,
  zipMaps: readonly ZipMap[],
  dropped: readonly DroppedOutput[],
): Pick<ImportedModel, 'description' | 'provenance'> {
  const { graph, opsets, producerName, producerVersion } = model;
  const maker = [producerName, producerVersion].filter(Boolean).join(' ');
  const names = [...operators.keys()];
  const shown =
    names.slice(0, MAX_NAMED_OPERATORS).join(', ') + (names.length > MAX_NAMED_OPERATORS ? ', …' : '');
  return {
    description: `ONNX opset ${opsets.get('') ?? opsets.values().next().value}${maker && ` from ${maker}`} (${shown})`,
    provenance: {
      format: 'ONNX',
      irVersion: model.irVersion,
      opsets: Object.fromEntries([...opsets].map(([domain, version]) => [domain || 'ai.onnx', version])),
      ...(maker && { producer: maker }),
      ...(model.metadata.size > 0 && { metadata: Object.fromEntries(model.metadata) }),
      operators: Object.fromEntries(operators),
      ...(zipMaps.length > 0 && {
        columns: Object.fromEntries(zipMaps.map(({ output, labels }) => [output, labels.map(shownLabel)])),
        changed: `each ZipMap was replaced by an Identity, so that ${zipMaps.map(({ output }) => output).join(', ')} answers as a tensor`,
      }),
      ...(dropped.length > 0 && {
        droppedOutputs: Object.fromEntries(
          dropped.map(({ name, kind }) => [name, `${kind}s cannot be answered`]),
        ),
      }),
      tree: {
        className: 'Graph',
        ...(graph.name && { name: graph.name }),
        ...(graph.nodes.length <= MAX_STEPS && {
          steps: graph.nodes.map(({ opType, name }) => ({ className: opType, ...(name && { name }) })),
        }),
      },
    },
  };
}
