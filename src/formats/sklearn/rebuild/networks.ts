/** Estimators that are made of dense layers, as those layers. */
import { matrices, matrix, requireOption, vector, vectors } from '../../pickle/attributes.js';
import type { DenseNetwork } from '../../pickle/traits.js';
import type { PyObject } from '../../pickle/values.js';
import type { Activation, DenseLayer } from '../../tfjs/dense-model.js';

const ACTIVATIONS: Readonly<Record<string, Activation>> = {
  identity: 'linear',
  logistic: 'sigmoid',
  softmax: 'softmax',
  tanh: 'tanh',
  relu: 'relu',
};
const MLP_ACTIVATIONS = ['identity', 'logistic', 'tanh', 'relu'] as const;

/** Two classes: a sigmoid of the score, or of twice the score if the fit was multinomial. More classes: a softmax. */
export function logisticNetworks(estimator: PyObject): DenseNetwork[] {
  const coefficients = matrix(estimator, 'coef_');
  const { rows: units, columns } = coefficients;
  const given = vector(estimator, 'intercept_');
  const bias = given.length === units ? given : new Float64Array(units).fill(given[0]);
  const kernel = new Float64Array(units * columns);
  for (let k = 0; k < units; k++) {
    for (let j = 0; j < columns; j++) kernel[j * units + k] = coefficients.data[k * columns + j];
  }
  if (units > 1) return [{ layers: [{ units, activation: 'softmax', kernel, bias }], head: 'multiclass' }];
  return [1, 2].map((factor) => ({
    layers: [
      {
        units,
        activation: 'sigmoid',
        kernel: kernel.map((w) => factor * w),
        bias: bias.map((b) => factor * b),
      },
    ],
    head: 'binary',
  }));
}

/** A multi-layer perceptron's own layers. */
export function perceptronNetworks(estimator: PyObject): DenseNetwork[] {
  const hidden = requireOption(estimator, 'activation', MLP_ACTIVATIONS);
  const last = requireOption(estimator, 'out_activation_', ['identity', 'logistic', 'softmax'] as const);
  const biases = vectors(estimator, 'intercepts_');
  const kernels = matrices(estimator, 'coefs_');
  const layers = kernels.map(({ columns: units, data: kernel }, i): DenseLayer => {
    const activation = ACTIVATIONS[i === kernels.length - 1 ? last : hidden];
    return { units, activation, kernel, bias: biases[i] ?? new Float64Array(units) };
  });
  const head = last === 'identity' ? 'regression' : last === 'softmax' ? 'multiclass' : 'binary';
  return [{ layers, head }];
}
