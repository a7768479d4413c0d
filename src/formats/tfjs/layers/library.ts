import { serialization } from '@tensorflow/tfjs-core';
import * as library from '@tensorflow/tfjs-layers';
import { registerActivations } from './activations.js';
import { GeneralReLU, ScaledELU, Subtract } from './elementwise.js';
import { BilinearUpSampling2D, GlobalPooling } from './images.js';
import { Normalization } from './normalization.js';
import { GRU } from './reset-after-gru.js';
import { Cropping1D, SeparableConv1D, UpSampling1D, ZeroPadding1D } from './sequences.js';

/** Keras layers that TensorFlow.js lacks. GRU replaces its own, which has no `reset_after`. */
const ADDED = [
  GRU,
  Normalization,
  Subtract,
  GeneralReLU,
  ScaledELU,
  BilinearUpSampling2D,
  GlobalPooling,
  SeparableConv1D,
  ZeroPadding1D,
  Cropping1D,
  UpSampling1D,
];

registerActivations();
for (const layer of ADDED)
  serialization.registerClass(layer as serialization.SerializableConstructor<library.layers.Layer>);

export { library };
