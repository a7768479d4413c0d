import type { ImportedModel } from '../runtime.js';

export type Activation = 'linear' | 'sigmoid' | 'softmax' | 'relu' | 'tanh';

/** One fully connected layer: activation(x · kernel + bias). */
export interface DenseLayer {
  readonly units: number;
  readonly activation: Activation;
  /** Row-major, inputs × units. */
  readonly kernel: ArrayLike<number>;
  /** One value a unit. */
  readonly bias: ArrayLike<number>;
}

/**
 * A stack of fully connected layers over `nFeatures` numbers as a TensorFlow.js LayersModel: `model.json` (topology
 * and weights manifest) and `weights.bin` (float32). The same layers always give the same bytes.
 * https://www.tensorflow.org/js/guide/save_load
 */
export function denseModelFiles(nFeatures: number, stack: readonly DenseLayer[]): ImportedModel['files'] {
  const names = stack.map((_, i) => `dense_${i + 1}`);
  const model = {
    format: 'layers-model',
    generatedBy: 'Modelgate',
    convertedBy: null,
    modelTopology: {
      class_name: 'Sequential',
      config: {
        name: 'sequential',
        layers: [inputLayer(nFeatures), ...stack.map((layer, i) => denseLayer(names[i], layer))],
      },
      keras_version: '2.0',
      backend: 'tensor_flow.js',
    },
    weightsManifest: [
      {
        paths: ['weights.bin'],
        weights: stack.flatMap((layer, i) => [
          weight(`${names[i]}/kernel`, [layer.kernel.length / layer.units, layer.units]),
          weight(`${names[i]}/bias`, [layer.units]),
        ]),
      },
    ],
  };
  const values = stack.flatMap((layer) => [layer.kernel, layer.bias]);
  return new Map([
    ['model.json', Buffer.from(`${JSON.stringify(model, null, 2)}\n`)],
    ['weights.bin', littleEndianFloats(values)],
  ]);
}

function inputLayer(nFeatures: number) {
  return {
    class_name: 'InputLayer',
    config: { batch_input_shape: [null, nFeatures], dtype: 'float32', sparse: false, name: 'input' },
  };
}

function denseLayer(name: string, { units, activation }: DenseLayer) {
  return { class_name: 'Dense', config: { units, activation, use_bias: true, name, dtype: 'float32' } };
}

function weight(name: string, shape: number[]) {
  return { name, shape, dtype: 'float32' };
}

function littleEndianFloats(parts: readonly ArrayLike<number>[]): Buffer {
  const bytes = Buffer.alloc(4 * parts.reduce((total, part) => total + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    for (let i = 0; i < part.length; i++) offset = bytes.writeFloatLE(part[i], offset);
  }
  return bytes;
}
