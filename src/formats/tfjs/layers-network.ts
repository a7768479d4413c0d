import type * as Layers from '@tensorflow/tfjs-layers';
import type { LayersModel, Shape, SymbolicTensor } from '@tensorflow/tfjs-layers';
import type { Tensor, Variable } from '@tensorflow/tfjs-core';
import { ModelFileError } from '../../inference/model.js';
import type { Tensorflow } from './backend.js';
import { asFileError } from './library-error.js';
import type { ModelJson } from './model-json.js';
import type { Network, Port } from './network.js';
import type { Weights } from './weights.js';

/** Values that one layer may make of one row: a repetition or padding written large would fill the memory. */
const MAX_VALUES_A_ROW = 2 ** 28;

/** Layers that look at one row at a time, when they do not learn. */
const ROWWISE_LAYERS = new Set([
  'InputLayer',
  'Dense',
  'Activation',
  'ReLU',
  'LeakyReLU',
  'ELU',
  'Dropout',
  'BatchNormalization',
  'Normalization',
  'Rescaling',
  'GeneralReLU',
]);

/** Values that one pass may make in its largest layer; more rows go in several passes. */
const VALUES_A_PASS = 2 ** 24;

/**
 * Builds a LayersModel. Its layers are data: TensorFlow.js makes only the classes that it has registered itself, and
 * none of those carries code.
 * @throws ModelFileError when topology and weights do not fit each other
 */
export async function loadLayersNetwork(
  { tf }: Tensorflow,
  json: ModelJson,
  weights: Weights,
): Promise<Network> {
  if (hasStatefulLayer(json.modelTopology)) {
    throw new ModelFileError('a layer is stateful: its answers would depend on earlier requests');
  }
  const artifacts = {
    modelTopology: json.modelTopology,
    weightSpecs: weights.specs,
    weightData: weights.data,
  };
  const layers = await layersLibrary();
  const build = () => layers.loadLayersModel(tf.io.fromMemory(artifacts));
  const model = await withinAnnounced(tf, layers, weights.values, build);
  const largest = Math.max(...model.layers.flatMap((layer) => asList(layer.outputShape).map(valuesOf)));
  if (!(largest <= MAX_VALUES_A_ROW)) {
    model.dispose();
    throw new ModelFileError(`a layer makes ${largest} values of one row; ${MAX_VALUES_A_ROW} are allowed`);
  }
  const batchSize = Math.max(1, Math.floor(VALUES_A_PASS / Math.max(1, largest)));
  const outputs = ports(model.outputs);
  return {
    inputs: ports(model.inputs),
    outputs,
    rowwise: model.layers.every((layer) => ROWWISE_LAYERS.has(layer.getClassName())),
    compute(inputs, names) {
      // Without the library's loop over batches, which costs several times what a small network does.
      const isOneBatch = inputs[0].shape[0] <= batchSize;
      const results = asTensors(
        isOneBatch ? applied(model, inputs) : model.predict([...inputs], { batchSize }),
      );
      return names.map((name) => results[outputs.findIndex((output) => output.name === name)]);
    },
    dispose: () => void model.dispose(),
  };
}

/** A weight that a layer waits for, by TensorFlow.js's name. */
export interface WeightSlot {
  readonly name: string;
  readonly shape: readonly number[];
}

/** The weights of a layer in the library's order. */
export interface LayerWeights {
  readonly trainable: readonly WeightSlot[];
  /** Moving averages and the like. */
  readonly others: readonly WeightSlot[];
}

/**
 * The weights that the layers of a topology wait for.
 * @param paths names from the model down to each layer
 * @param limit number of values that all weights together may have
 * @throws ModelFileError when TensorFlow.js cannot build the model
 */
export async function layerWeights(
  { tf }: Tensorflow,
  topology: object,
  paths: readonly (readonly string[])[],
  limit: number,
): Promise<LayerWeights[]> {
  const layers = await layersLibrary();
  const artifacts = { modelTopology: topology };
  const build = () => layers.loadLayersModel(tf.io.fromMemory(artifacts));
  const model = await withinAnnounced(tf, layers, limit, build);
  try {
    return paths.map((path) =>
      slotsOf(path.reduce<Layer>((at, name) => (at as LayersModel).getLayer(name), model)),
    );
  } finally {
    model.dispose();
  }
}

type Layer = Layers.layers.Layer;

function slotsOf(layer: Layer): LayerWeights {
  const slots = (weights: Layer['weights']) =>
    weights.map(({ originalName, shape }) => ({ name: originalName, shape: shape as number[] }));
  return { trainable: slots(layer.trainableWeights), others: slots(layer.nonTrainableWeights) };
}

/** A process without models of layers never loads the library. */
async function layersLibrary(): Promise<typeof Layers> {
  return (await import('./layers/library.js')).library;
}

/**
 * Layers allocate their weights from the sizes in the topology before the file's weights are put in. While `build`
 * runs, what they allocate is held to the number of values that the weights manifest announces (whose bytes are
 * there); a failed build gives back what it had allocated.
 */
async function withinAnnounced<T>(
  tf: Tensorflow['tf'],
  layers: typeof Layers,
  announced: number,
  build: () => Promise<T>,
): Promise<T> {
  const prototype = layers.layers.Layer.prototype as unknown as { addWeight: AddWeight };
  const { addWeight } = prototype;
  const made: Variable[] = [];
  let values = 0;
  prototype.addWeight = function (name, shape, dtype, _initializer, ...rest) {
    values += valuesOf(shape);
    if (!(values <= announced))
      throw new ModelFileError('the topology asks for more weights than the file has');
    // The file's weights take their place; random ones cost time, and some need operations that are not loaded.
    const weight = addWeight.call(this, name, shape, dtype, layers.initializers.zeros(), ...rest);
    made.push((weight as { val: Variable }).val);
    return weight;
  };
  tf.engine().startScope('load');
  try {
    return await build();
  } catch (error) {
    tf.dispose(made);
    throw asFileError('TensorFlow.js cannot build the model', error);
  } finally {
    tf.engine().endScope();
    prototype.addWeight = addWeight;
  }
}

type AddWeight = (
  this: unknown,
  name: string,
  shape: Shape,
  dtype: unknown,
  initializer: unknown,
  ...rest: unknown[]
) => unknown;

/** Named after the layers they belong to; a layer's second output is numbered. */
function ports(symbols: readonly SymbolicTensor[]): Port[] {
  const layerNames = symbols.map((symbol) => symbol.sourceLayer.name);
  return symbols.map((symbol, i) => {
    const earlier = layerNames.slice(0, i).filter((name) => name === layerNames[i]).length;
    return {
      name: earlier === 0 ? layerNames[i] : `${layerNames[i]}:${earlier}`,
      dtype: symbol.dtype,
      shape: symbol.shape.map((size) => size ?? -1),
    };
  });
}

function asList(shape: Shape | Shape[]): Shape[] {
  return (Array.isArray(shape[0]) ? shape : [shape]) as Shape[];
}

function applied(model: LayersModel, inputs: readonly Tensor[]): Tensor | Tensor[] {
  return model.apply([...inputs], { training: false }) as Tensor | Tensor[];
}

function asTensors(result: Tensor | Tensor[]): Tensor[] {
  return Array.isArray(result) ? result : [result];
}

/** Values of one row; a size that only the request tells counts as one. */
function valuesOf(shape: Shape): number {
  return shape.reduce<number>((product, size) => product * (size ?? 1), 1);
}

/** What a stateful layer remembers of one request would answer in the next one. */
function hasStatefulLayer(topology: object): boolean {
  const open: object[] = [topology];
  for (let node = open.pop(); node; node = open.pop()) {
    if ((node as { stateful?: unknown }).stateful === true) return true;
    for (const value of Object.values(node))
      if (typeof value === 'object' && value !== null) open.push(value as object);
  }
  return false;
}
