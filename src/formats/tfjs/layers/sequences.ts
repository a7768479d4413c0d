import * as tf from '@tensorflow/tfjs-core';
import type { serialization, Tensor, Tensor3D, Tensor4D } from '@tensorflow/tfjs-core';
import { initializers, layers, type LayerVariable, type Shape } from '@tensorflow/tfjs-layers';
import { onlyShape, onlyTensor } from './one-input.js';

/** A layer of one input [rows, steps, channels] whose answer has another number of steps. */
abstract class StepsLayer extends layers.Layer {
  /** @param steps null if only a request tells it */
  protected abstract stepsOf(steps: number | null): number | null;

  override computeOutputShape(inputShape: Shape | Shape[]): Shape {
    const [rows, steps, channels] = onlyShape(inputShape);
    return [rows, this.stepsOf(steps), channels];
  }
}

function pairOf(value: unknown): [number, number] {
  return Array.isArray(value) ? [Number(value[0]), Number(value[1])] : [Number(value), Number(value)];
}

/** https://keras.io/api/layers/reshaping_layers/zero_padding1d */
export class ZeroPadding1D extends StepsLayer {
  static readonly className = 'ZeroPadding1D';
  private readonly padding: [number, number];

  constructor(config: serialization.ConfigDict) {
    super(config);
    this.padding = pairOf(config['padding'] ?? 1);
  }

  protected stepsOf(steps: number | null): number | null {
    return steps && steps + this.padding[0] + this.padding[1];
  }

  override call(inputs: Tensor | Tensor[]): Tensor {
    return tf.pad(onlyTensor<Tensor3D>(inputs), [[0, 0], this.padding, [0, 0]]);
  }

  override getConfig(): serialization.ConfigDict {
    return { ...super.getConfig(), padding: this.padding };
  }
}

/** https://keras.io/api/layers/reshaping_layers/cropping1d */
export class Cropping1D extends StepsLayer {
  static readonly className = 'Cropping1D';
  private readonly cropping: [number, number];

  constructor(config: serialization.ConfigDict) {
    super(config);
    this.cropping = pairOf(config['cropping'] ?? 1);
  }

  protected stepsOf(steps: number | null): number | null {
    return steps && Math.max(0, steps - this.cropping[0] - this.cropping[1]);
  }

  override call(inputs: Tensor | Tensor[]): Tensor {
    const x = onlyTensor<Tensor3D>(inputs);
    return tf.slice(x, [0, this.cropping[0], 0], [-1, this.stepsOf(x.shape[1]) ?? 0, -1]);
  }

  override getConfig(): serialization.ConfigDict {
    return { ...super.getConfig(), cropping: this.cropping };
  }
}

/** Repeats each step. https://keras.io/api/layers/reshaping_layers/up_sampling1d */
export class UpSampling1D extends StepsLayer {
  static readonly className = 'UpSampling1D';
  private readonly size: number;

  constructor(config: serialization.ConfigDict) {
    super(config);
    this.size = Number(config['size'] ?? 2);
  }

  protected stepsOf(steps: number | null): number | null {
    return steps && steps * this.size;
  }

  override call(inputs: Tensor | Tensor[]): Tensor {
    return tf.tidy(() => {
      const x = onlyTensor<Tensor3D>(inputs);
      const [rows, steps, channels] = x.shape;
      const repeated = tf.tile(tf.reshape(x, [rows, steps, 1, channels]), [1, 1, this.size, 1]);
      return tf.reshape(repeated, [rows, steps * this.size, channels]);
    });
  }

  override getConfig(): serialization.ConfigDict {
    return { ...super.getConfig(), size: this.size };
  }
}

interface ConvolutionConfig {
  readonly filters: number;
  readonly kernelSize: number | readonly [number];
  readonly strides: number | readonly [number];
  readonly dilationRate: number | readonly [number];
  readonly padding: 'same' | 'valid' | 'causal';
  readonly depthMultiplier: number;
  readonly useBias: boolean;
}

const first = (value: number | readonly [number]) => (typeof value === 'number' ? value : value[0]);

/**
 * A depthwise convolution over the steps, then a pointwise one. Its activation is a layer of its own.
 * https://keras.io/api/layers/convolution_layers/separable_convolution1d
 */
export class SeparableConv1D extends StepsLayer {
  static readonly className = 'SeparableConv1D';
  private readonly options: ConvolutionConfig;
  private depthwiseKernel!: LayerVariable;
  private pointwiseKernel!: LayerVariable;
  private bias: LayerVariable | undefined;

  constructor(config: serialization.ConfigDict) {
    super(config);
    const { filters, kernelSize, strides, dilationRate, padding, depthMultiplier, useBias } =
      config as unknown as ConvolutionConfig;
    this.options = { filters, kernelSize, strides, dilationRate, padding, depthMultiplier, useBias };
  }

  override build(inputShape: Shape | Shape[]): void {
    const [, , channels] = (Array.isArray(inputShape[0]) ? inputShape[0] : inputShape) as [
      number,
      number,
      number,
    ];
    const { filters, kernelSize, depthMultiplier, useBias } = this.options;
    const zeros = initializers.zeros();
    const weight = (name: string, shape: number[]) => this.addWeight(name, shape, 'float32', zeros);
    this.depthwiseKernel = weight('depthwise_kernel', [first(kernelSize), channels, depthMultiplier]);
    this.pointwiseKernel = weight('pointwise_kernel', [1, channels * depthMultiplier, filters]);
    this.bias = useBias ? weight('bias', [filters]) : undefined;
    this.built = true;
  }

  protected stepsOf(steps: number | null): number | null {
    if (steps === null) return null;
    const { kernelSize, strides, dilationRate, padding } = this.options;
    const reach = (first(kernelSize) - 1) * first(dilationRate);
    return Math.ceil((padding === 'valid' ? steps - reach : steps) / first(strides));
  }

  override computeOutputShape(inputShape: Shape | Shape[]): Shape {
    const [rows, steps] = super.computeOutputShape(inputShape);
    return [rows, steps, this.options.filters];
  }

  override call(inputs: Tensor | Tensor[]): Tensor {
    const { strides, dilationRate, kernelSize, padding, filters } = this.options;
    return tf.tidy(() => {
      let x = onlyTensor<Tensor3D>(inputs);
      if (padding === 'causal')
        x = tf.pad(x, [
          [0, 0],
          [(first(kernelSize) - 1) * first(dilationRate), 0],
          [0, 0],
        ]);
      const [rows, steps, channels] = x.shape;
      const image = tf.reshape<tf.Rank.R4>(x, [rows, 1, steps, channels]);
      const depthwise = tf.expandDims<Tensor4D>(this.depthwiseKernel.read(), 0);
      const pointwise = tf.expandDims<Tensor4D>(this.pointwiseKernel.read(), 0);
      const mode = padding === 'same' ? 'same' : 'valid';
      const stride = first(strides);
      const result = tf.separableConv2d(image, depthwise, pointwise, [stride, stride], mode, [
        1,
        first(dilationRate),
      ]);
      const flat = tf.reshape(result, [rows, result.shape[2], filters]);
      return this.bias ? tf.add(flat, this.bias.read()) : flat;
    });
  }

  override getConfig(): serialization.ConfigDict {
    return { ...super.getConfig(), ...this.options } as unknown as serialization.ConfigDict;
  }
}
