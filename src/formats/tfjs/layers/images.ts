import * as tf from '@tensorflow/tfjs-core';
import type { serialization, Tensor, Tensor4D } from '@tensorflow/tfjs-core';
import { layers, type Shape } from '@tensorflow/tfjs-layers';
import { onlyTensor } from './one-input.js';

/**
 * Enlarges images as Keras does, with the centres of pixels in place; TensorFlow.js's UpSampling2D keeps their
 * corners. https://keras.io/api/layers/reshaping_layers/up_sampling2d
 */
export class BilinearUpSampling2D extends layers.Layer {
  static readonly className = 'BilinearUpSampling2D';
  private readonly size: readonly [number, number];

  constructor(config: serialization.ConfigDict) {
    super(config);
    this.size = config['size'] as [number, number];
  }

  override computeOutputShape(inputShape: Shape | Shape[]): Shape {
    const [rows, height, width, channels] = inputShape as Shape;
    return [rows, height && height * this.size[0], width && width * this.size[1], channels];
  }

  override call(inputs: Tensor | Tensor[]): Tensor {
    const x = onlyTensor<Tensor4D>(inputs);
    const [, height, width] = x.shape;
    return tf.image.resizeBilinear(x, [height * this.size[0], width * this.size[1]], false, true);
  }

  override getConfig(): serialization.ConfigDict {
    return { ...super.getConfig(), size: [...this.size] };
  }
}

/**
 * The average or largest value of each channel, over all steps or pixels; averages leave out masked steps.
 * https://keras.io/api/layers/pooling_layers/global_average_pooling1d
 */
export class GlobalPooling extends layers.Layer {
  static readonly className = 'GlobalPooling';
  private readonly options: { readonly kind: string; readonly keepdims: boolean };

  constructor(config: serialization.ConfigDict) {
    super(config);
    this.supportsMasking = true;
    this.options = { kind: String(config['kind']), keepdims: config['keepdims'] === true };
  }

  override computeOutputShape(inputShape: Shape | Shape[]): Shape {
    const shape = inputShape as Shape;
    const between = this.options.keepdims ? shape.slice(1, -1).map(() => 1) : [];
    return [shape[0], ...between, shape[shape.length - 1]];
  }

  override computeMask(): Tensor {
    return null as unknown as Tensor;
  }

  override call(inputs: Tensor | Tensor[], kwargs: { mask?: Tensor | Tensor[] }): Tensor {
    const x = onlyTensor(inputs);
    const mask = kwargs.mask && onlyTensor(kwargs.mask);
    const axes = x.shape.slice(1, -1).map((_, i) => i + 1);
    const { kind, keepdims } = this.options;
    return tf.tidy(() => {
      if (kind === 'max') return tf.max(x, axes, keepdims);
      if (!mask) return tf.mean(x, axes, keepdims);
      const kept = tf.expandDims(tf.cast(mask, 'float32'), -1);
      return tf.div(tf.sum(tf.mul(x, kept), axes, keepdims), tf.sum(kept, axes, keepdims));
    });
  }

  override getConfig(): serialization.ConfigDict {
    return { ...super.getConfig(), ...this.options };
  }
}
