import { type ImportedModel, type ModelTree } from '../runtime.js';
import { ModelFileError } from '../../inference/model.js';
import type { ModelJson } from './model-json.js';

const SHOWN = 6;

/** What `model.json` says of its maker and of what the model is made of. */
export function provenanceOf(json: ModelJson): Pick<ImportedModel, 'description' | 'provenance'> {
  const tree = json.format === 'graph-model' ? graphTree(json.modelTopology) : layersTree(json.modelTopology);
  const steps = [...new Set(tree.steps?.map((step) => step.className))];
  const kind = json.format === 'graph-model' ? 'GraphModel' : 'LayersModel';
  const parts = steps.slice(0, SHOWN).join(', ') + (steps.length > SHOWN ? ', …' : '');
  return {
    description: `TensorFlow.js ${kind} (${parts})`,
    provenance: {
      format: json.format,
      ...(json.generatedBy && { generatedBy: json.generatedBy }),
      ...(json.convertedBy && { convertedBy: json.convertedBy }),
      tree,
    },
  };
}

interface LayerConfig {
  readonly class_name?: string;
  readonly config?: LayerConfigBody | LayerConfig[];
}
interface LayerConfigBody {
  readonly name?: string;
  readonly layers?: LayerConfig[];
  readonly [parameter: string]: unknown;
}

/** Deeper nests of models than this are not made by people. */
const MAX_DEPTH = 32;

function layersTree(topology: Readonly<Record<string, unknown>>): ModelTree {
  return layerTree(topology['model_config'] ?? topology, 0);
}

function layerTree({ class_name: className, config }: LayerConfig, depth: number): ModelTree {
  if (typeof className !== 'string' || typeof config !== 'object' || config === null || depth > MAX_DEPTH) {
    throw new ModelFileError('the topology is not a tree of layers with a class_name and a config each');
  }
  // Keras 1 wrote a Sequential's config as the bare list of its layers.
  const body: LayerConfigBody = Array.isArray(config) ? { layers: config } : config;
  const { name, layers } = body;
  const parameters = Object.fromEntries(
    PARAMETERS.filter((key) => isPlain(body[key])).map((key) => [key, body[key]]),
  );
  return {
    className,
    ...(typeof name === 'string' && { name }),
    ...(Object.keys(parameters).length > 0 && { parameters }),
    ...(Array.isArray(layers) && { steps: layers.map((layer) => layerTree(layer, depth + 1)) }),
  };
}

/** The sizes and functions that tell one layer from another; initialisers and the like say nothing of a trained one. */
const PARAMETERS = [
  'units',
  'activation',
  'filters',
  'kernel_size',
  'strides',
  'pool_size',
  'rate',
  'input_dim',
];

function isPlain(value: unknown): boolean {
  return typeof value === 'number' || typeof value === 'string' || Array.isArray(value);
}

function graphTree({ node }: Readonly<Record<string, unknown>>): ModelTree {
  if (!Array.isArray(node)) throw new ModelFileError('the graph has no list of nodes');
  const counts = new Map<string, number>();
  for (const { op } of node as { op?: unknown }[]) {
    if (typeof op !== 'string') throw new ModelFileError('a node of the graph has no op');
    if (op !== 'Const' && op !== 'Placeholder') counts.set(op, (counts.get(op) ?? 0) + 1);
  }
  return {
    className: 'GraphModel',
    steps: [...counts].map(([className, count]) => ({ className, parameters: { count } })),
  };
}
