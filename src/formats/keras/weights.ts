import { ModelFileError } from '../../inference/model.js';
import type { LayerWeights, WeightSlot } from '../tfjs/layers-network.js';
import type { Hdf5, Values } from './hdf5.js';
import type { Leaf } from './topology.js';

/** A leaf, and the weights that TensorFlow.js's layer waits for, in the library's order. */
export interface LeafWeights extends Leaf {
  readonly slots: LayerWeights;
}

/** A weight by TensorFlow.js's name. */
export interface NamedWeight extends Values {
  readonly name: string;
}

/** What Keras keeps beside weights, and no prediction needs. */
const NOT_WEIGHTS = /(^|\/)(count|seed_generator_state)(_\d+)?(:0)?$/;

/**
 * The weights of an `.h5` file, which lists those of each layer of the model in order: all trained ones, then the
 * others, also where the layer is a model of layers.
 */
export function weightsOfH5(file: Hdf5, root: string, leaves: readonly LeafWeights[]): NamedWeight[] {
  const found: NamedWeight[] = [];
  for (const [layer, inside] of byLayer(leaves)) {
    const trained = inside.flatMap(({ trainable, slots }) => (trainable ? slots.trainable : []));
    const others = inside.flatMap(({ trainable, slots }) =>
      trainable ? slots.others : [...slots.trainable, ...slots.others],
    );
    const slots = [...trained, ...others];
    const group = `${root}/${layer}`;
    const names = (file.texts(group, 'weight_names') ?? []).filter((name) => !NOT_WEIGHTS.test(name));
    if (names.length !== slots.length)
      throw new ModelFileError(
        `layer ${JSON.stringify(layer)} has ${names.length} weights; ${slots.length} are expected`,
      );
    slots.forEach((slot, i) => found.push(fitting(slot, file.values(`${group}/${names[i]}`), names[i])));
  }
  return found;
}

/** The leaves of each layer of the model itself, in order. */
function byLayer(leaves: readonly LeafWeights[]): Map<string, LeafWeights[]> {
  const groups = new Map<string, LeafWeights[]>();
  for (const leaf of leaves) {
    const group = groups.get(leaf.layer);
    if (group) group.push(leaf);
    else groups.set(leaf.layer, [leaf]);
  }
  return groups;
}

/** The weights of a `.keras` file, which has those of each layer in a group of its own. */
export function weightsOfKeras(file: Hdf5, leaves: readonly LeafWeights[]): NamedWeight[] {
  return leaves.flatMap(({ slots, className, store }) => {
    const all = [...slots.trainable, ...slots.others];
    return all.map((slot, i) => {
      const path = `${store}/${pathInside(className, i, all.length)}`;
      return fitting(slot, file.values(path), path);
    });
  });
}

/** Where a layer's i-th weight is, within the layer's group. */
function pathInside(className: string, i: number, count: number): string {
  if (className === 'Bidirectional') {
    const half = count / 2;
    return i < half ? `forward_layer/cell/vars/${i}` : `backward_layer/cell/vars/${i - half}`;
  }
  if (className === 'TimeDistributed') return `layer/vars/${i}`;
  return ['LSTM', 'GRU', 'SimpleRNN'].includes(className) ? `cell/vars/${i}` : `vars/${i}`;
}

/** @throws ModelFileError if the value is of another kind or shape than the layer needs */
function fitting({ name, shape }: WeightSlot, values: Values, source: string): NamedWeight {
  const kind = lastPart(name);
  const written = lastPart(source);
  const isOther = KINDS.has(written) && written !== kind && kind !== `depthwise_${written}`;
  if (
    isOther ||
    shape.length !== values.shape.length ||
    shape.some((size, axis) => size !== values.shape[axis])
  )
    throw new ModelFileError(
      `${source} has shape [${values.shape.join(', ')}]; ${kind} of its layer needs [${shape.join(', ')}]`,
    );
  return { name, ...values };
}

const KINDS = new Set(
  (
    'kernel recurrent_kernel depthwise_kernel pointwise_kernel bias embeddings alpha ' +
    'gamma beta moving_mean moving_variance mean variance'
  ).split(' '),
);

function lastPart(name: string): string {
  return (name.split('/').pop() ?? name).replace(/(:0)$/, '').replace(/_\d+$/, '');
}
