import { checkSize, matrices, requireOption, vectors } from '../../pickle/attributes.js';
import type { Matrix, Table } from '../../../inference/tabular/evaluator.js';
import { affine, expit, softmax } from '../../../inference/numeric/numeric.js';
import { affineTable } from '../../../inference/numeric/affine-table.js';
import type { PyObject } from '../../pickle/values.js';

/** Changes the values of a layer in place. */
type Activation = (layer: Matrix) => void;

const pointwise =
  (f: (x: number) => number): Activation =>
  ({ data }) => {
    for (let i = 0; i < data.length; i++) data[i] = f(data[i]);
  };

const ACTIVATIONS = {
  identity: () => undefined,
  logistic: pointwise(expit),
  tanh: pointwise(Math.tanh),
  relu: pointwise((x) => (x < 0 ? 0 : x)),
  exp: pointwise(Math.exp),
  softmax: ({ rows, columns, data }: Matrix) => {
    for (let i = 0; i < rows; i++) softmax(data, i * columns, columns);
  },
} satisfies Record<string, Activation>;

/** A multi-layer perceptron's last layer, one column an output. */
export interface Network {
  readonly nFeatures: number;
  readonly outputs: number;
  readonly forward: (x: Table) => Matrix;
}

/** Reads coefs_ ((inputs, outputs) a layer), intercepts_, activation and out_activation_. */
export function networkOf(estimator: PyObject): Network {
  const weights = matrices(estimator, 'coefs_').map(transpose);
  const biases = vectors(estimator, 'intercepts_');
  const last = weights.length - 1;
  checkSize(estimator, 'intercepts_', biases.length, weights.length, 'layers');
  checkSize(estimator, 'coefs_', Math.min(weights.length, 1), 1, 'layers');
  weights.forEach((layer, l) => {
    checkSize(estimator, `intercepts_[${l}]`, biases[l].length, layer.rows);
    if (l > 0) checkSize(estimator, `coefs_[${l}]`, layer.columns, weights[l - 1].rows, 'rows');
  });
  const hidden =
    ACTIVATIONS[requireOption(estimator, 'activation', ['identity', 'logistic', 'tanh', 'relu'])];
  const output =
    ACTIVATIONS[requireOption(estimator, 'out_activation_', ['identity', 'logistic', 'softmax', 'exp'])];
  const nFeatures = weights[0].columns;
  const forward = (x: Table): Matrix => {
    let layer = affineTable(x, weights[0], biases[0]);
    weights.forEach((weight, l) => {
      if (l > 0) layer = affine(layer.data, x.rows, weight, biases[l]);
      (l === last ? output : hidden)(layer);
    });
    return layer;
  };
  return { nFeatures, outputs: weights[last].rows, forward };
}

function transpose({ rows, columns, data }: Matrix): Matrix {
  const out = new Float64Array(data.length);
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) out[j * rows + i] = data[i * columns + j];
  return { rows: columns, columns: rows, data: out };
}
