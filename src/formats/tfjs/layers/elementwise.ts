import * as tf from '@tensorflow/tfjs-core';
import type { serialization, Tensor } from '@tensorflow/tfjs-core';
import { layers, type Shape } from '@tensorflow/tfjs-layers';
import { onlyTensor, SameShapeLayer } from './one-input.js';

/** The difference of two inputs of one shape. https://keras.io/api/layers/merging_layers/subtract */
export class Subtract extends layers.Layer {
  static readonly className = 'Subtract';

  constructor(config?: serialization.ConfigDict) {
    super(config);
    this.supportsMasking = true;
  }

  override computeOutputShape(inputShape: Shape | Shape[]): Shape {
    return (inputShape as Shape[])[0];
  }

  override call(inputs: Tensor | Tensor[]): Tensor {
    const [first, second] = inputs as Tensor[];
    return tf.sub(first, second);
  }
}

/**
 * ReLU with a slope below a threshold: `x` where `x >= threshold`, else `negativeSlope * (x - threshold)`, at most
 * `maxValue`. https://keras.io/api/layers/activation_layers/relu
 */
export class GeneralReLU extends SameShapeLayer {
  static readonly className = 'GeneralReLU';
  private readonly options: { maxValue?: number | null; negativeSlope: number; threshold: number };

  constructor(config: serialization.ConfigDict) {
    super(config);
    this.supportsMasking = true;
    const { maxValue = null, negativeSlope = 0, threshold = 0 } = config as Record<string, number | null>;
    this.options = { maxValue, negativeSlope: negativeSlope ?? 0, threshold: threshold ?? 0 };
  }

  override call(inputs: Tensor | Tensor[]): Tensor {
    const x = onlyTensor(inputs);
    const { maxValue, negativeSlope, threshold } = this.options;
    return tf.tidy(() => {
      const above = maxValue === null || maxValue === undefined ? x : tf.minimum(x, maxValue);
      return tf.where(tf.greaterEqual(x, threshold), above, tf.mul(tf.sub(x, threshold), negativeSlope));
    });
  }

  override getConfig(): serialization.ConfigDict {
    return { ...super.getConfig(), ...this.options };
  }
}

/** ELU with a factor of its own: `x` where positive, else `alpha * (exp(x) - 1)`. TensorFlow.js's takes 1 alone. */
export class ScaledELU extends SameShapeLayer {
  static readonly className = 'ScaledELU';
  private readonly alpha: number;

  constructor(config: serialization.ConfigDict) {
    super(config);
    this.supportsMasking = true;
    this.alpha = Number(config['alpha'] ?? 1);
  }

  override call(inputs: Tensor | Tensor[]): Tensor {
    const x = onlyTensor(inputs);
    return tf.tidy(() => tf.where(tf.greater(x, 0), x, tf.mul(tf.expm1(x), this.alpha)));
  }

  override getConfig(): serialization.ConfigDict {
    return { ...super.getConfig(), alpha: this.alpha };
  }
}
