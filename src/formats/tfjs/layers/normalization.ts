import * as tf from '@tensorflow/tfjs-core';
import type { serialization, Tensor } from '@tensorflow/tfjs-core';
import { initializers, type LayerVariable, type Shape } from '@tensorflow/tfjs-layers';
import { onlyShape, onlyTensor, SameShapeLayer } from './one-input.js';

/** Keras's least standard deviation. */
const EPSILON = 1e-7;

/**
 * Subtracts a mean and divides by a standard deviation along some axes; `invert` undoes it. Mean and variance are
 * weights. https://keras.io/api/layers/preprocessing_layers/numerical/normalization
 */
export class Normalization extends SameShapeLayer {
  static readonly className = 'Normalization';
  private readonly axes: readonly number[];
  private readonly invert: boolean;
  private mean!: LayerVariable;
  private variance!: LayerVariable;
  private broadcast: number[] = [];

  constructor(config: serialization.ConfigDict) {
    super(config);
    const { axis = -1, invert = false } = config as { axis?: number | number[] | null; invert?: boolean };
    this.axes = axis === null ? [] : Array.isArray(axis) ? axis : [axis];
    this.invert = invert;
  }

  override build(inputShape: Shape | Shape[]): void {
    const shape = onlyShape(inputShape);
    const kept = new Set(this.axes.map((axis) => (axis < 0 ? axis + shape.length : axis)));
    this.broadcast = shape.map((size, axis) => (kept.has(axis) ? (size ?? 1) : 1));
    const sizes = this.broadcast.filter((_, axis) => kept.has(axis));
    this.mean = this.addWeight('mean', sizes, 'float32', initializers.zeros(), undefined, false);
    this.variance = this.addWeight('variance', sizes, 'float32', initializers.ones(), undefined, false);
    this.built = true;
  }

  override call(inputs: Tensor | Tensor[]): Tensor {
    const x = onlyTensor(inputs);
    return tf.tidy(() => {
      const mean = tf.reshape(this.mean.read(), this.broadcast);
      const deviation = tf.maximum(tf.sqrt(tf.reshape(this.variance.read(), this.broadcast)), EPSILON);
      return this.invert ? tf.add(mean, tf.mul(x, deviation)) : tf.div(tf.sub(x, mean), deviation);
    });
  }

  override getConfig(): serialization.ConfigDict {
    return { ...super.getConfig(), axis: [...this.axes], invert: this.invert };
  }
}
