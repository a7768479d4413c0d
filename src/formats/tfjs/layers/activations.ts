import { serialization, type Tensor, tidy } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';

/** Keras's activations that TensorFlow.js lacks, by the name that a topology gives them. https://keras.io/api/layers/activations */
const ACTIVATIONS: Readonly<Record<string, (x: Tensor) => Tensor>> = {
  exponential: (x) => tf.exp(x),
  /** Keras 3's hard sigmoid. TensorFlow.js's `hardSigmoid` is Keras 2's, which has another slope. */
  relu6Sigmoid: (x) => tf.div(tf.relu6(tf.add(x, 3)), 6),
  hardSilu: (x) => tf.mul(x, tf.div(tf.relu6(tf.add(x, 3)), 6)),
  leakyRelu02: (x) => tf.leakyRelu(x, 0.2),
};

/** Registers the activations with TensorFlow.js. */
export function registerActivations(): void {
  for (const [name, apply] of Object.entries(ACTIVATIONS))
    serialization.registerClass(activation(name, apply));
}

function activation(name: string, compute: (x: Tensor) => Tensor) {
  return class extends serialization.Serializable {
    static readonly className = name;

    apply(x: Tensor): Tensor {
      return tidy(() => compute(x));
    }

    getConfig(): serialization.ConfigDict {
      return {};
    }
  };
}
