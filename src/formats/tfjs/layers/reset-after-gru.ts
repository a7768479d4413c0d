import * as tf from '@tensorflow/tfjs-core';
import type { serialization, Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import { initializers, layers, type LayerVariable, type Shape } from '@tensorflow/tfjs-layers';
import { onlyShape } from './one-input.js';

/** What the library's cell keeps of its configuration, and its types do not show. */
interface Cell {
  readonly units: number;
  readonly useBias: boolean;
  readonly activation: { apply(x: Tensor): Tensor };
  readonly recurrentActivation: { apply(x: Tensor): Tensor };
  kernel: LayerVariable;
  recurrentKernel: LayerVariable;
  bias: LayerVariable | null;
}

type Constructor = new (config: object) => layers.Layer & { call(inputs: unknown, kwargs: unknown): unknown };

const LibraryCell = layers.gruCell({ units: 1 }).constructor as Constructor;
const LibraryGRU = layers.gru({ units: 1 }).constructor as Constructor;

/**
 * The GRU cell that applies the reset gate after the matrix product, with a bias of its own for the recurrent part:
 * what Keras 2 and 3 make by default. https://keras.io/api/layers/recurrent_layers/gru
 */
class ResetAfterGRUCell extends LibraryCell {
  static readonly className = 'ResetAfterGRUCell';

  constructor(config: object) {
    super({ ...config, resetAfter: false });
  }

  /** @param inputShape [rows, features] */
  override build(inputShape: Shape | Shape[]): void {
    const cell = this as unknown as Cell;
    const shape = onlyShape(inputShape);
    const zeros = initializers.zeros();
    const gates = 3 * cell.units;
    cell.kernel = this.addWeight('kernel', [shape[shape.length - 1], gates], null as never, zeros);
    cell.recurrentKernel = this.addWeight('recurrent_kernel', [cell.units, gates], null as never, zeros);
    cell.bias = cell.useBias ? this.addWeight('bias', [2, gates], null as never, zeros) : null;
    this.built = true;
  }

  /** @param inputs the step's values [rows, features] and the state [rows, units]; returns the new state twice */
  override call(inputs: unknown): Tensor[] {
    const [x, state] = inputs as [Tensor2D, Tensor2D];
    const { kernel, recurrentKernel, bias, activation, recurrentActivation } = this as unknown as Cell;
    return tf.tidy(() => {
      const biases = bias && tf.unstack(bias.read());
      const plus = (product: Tensor, i: number) => (biases ? tf.add(product, biases[i]) : product);
      const own = plus(tf.matMul(x, kernel.read()), 0);
      const recurrent = plus(tf.matMul(state, recurrentKernel.read()), 1);
      const [ownUpdate, ownReset, ownCandidate] = tf.split(own, 3, 1);
      const [update, reset, candidate] = tf.split(recurrent, 3, 1);
      const z = recurrentActivation.apply(tf.add(ownUpdate, update));
      const r = recurrentActivation.apply(tf.add(ownReset, reset));
      const fresh = activation.apply(tf.add(ownCandidate, tf.mul(r, candidate)));
      const next = tf.add(tf.mul(z, state), tf.mul(tf.sub(1, z), fresh));
      return [next, next];
    });
  }
}

/** TensorFlow.js's GRU, with the cell that `resetAfter` asks for. */
export class GRU extends LibraryGRU {
  static readonly className = 'GRU';
  private readonly resetAfter: boolean;

  constructor(config: object) {
    super({ ...config, resetAfter: false });
    this.resetAfter = (config as { resetAfter?: boolean }).resetAfter === true;
    if (this.resetAfter) (this as unknown as { cell: object }).cell = new ResetAfterGRUCell(config);
  }

  override getConfig(): serialization.ConfigDict {
    return { ...super.getConfig(), resetAfter: this.resetAfter };
  }
}
