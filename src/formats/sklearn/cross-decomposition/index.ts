/** sklearn.cross_decomposition: PLSRegression, PLSCanonical, CCA, PLSSVD. */
import { affine, numbersOf } from '../../../inference/numeric/numeric.js';
import type { Evaluator, Matrix } from '../../../inference/tabular/evaluator.js';
import { tableOf } from '../../../inference/tabular/tables.js';
import { flag, matrix, vector } from '../../pickle/attributes.js';
import { entriesOf, type EvaluatorEntry } from '../../pickle/library.js';
import type { PyObject } from '../../pickle/values.js';
import { isSince } from '../version.js';

/** Predicts from the centred rows, and transforms them to their scores. */
function partialLeastSquares(estimator: PyObject): Evaluator {
  const stored = matrix(estimator, 'coef_');
  const coefficients = isSince(estimator, 1, 3) ? stored : transpose(stored);
  const { rows: targets, columns: n } = coefficients;
  const { centred, scaled } = rowsOf(estimator, n);
  // Up to 1.4 the coefficients were those of scaled rows.
  const prepare = isSince(estimator, 1, 5) ? centred : scaled;
  const intercept = vector(estimator, isSince(estimator, 1, 1) ? 'intercept_' : '_y_mean', targets);
  return {
    ...scores(estimator, 'x_rotations_', scaled),
    nOutputs: targets,
    predict: (x) => affine(prepare(numbersOf(x, n)), x.rows, coefficients, intercept),
  };
}

function plsSvd(estimator: PyObject): Evaluator {
  const name = 'x_weights_';
  const { rows } = matrix(estimator, name);
  return scores(estimator, name, rowsOf(estimator, rows).scaled);
}

/** Rows about the mean of training, and divided by its deviation too. `scale=False` keeps deviations of 1. */
function rowsOf(estimator: PyObject, n: number) {
  const old = !estimator.attributes.has('_x_mean');
  const mean = vector(estimator, old ? 'x_mean_' : '_x_mean', n);
  const deviation = flag(estimator, 'scale', true)
    ? vector(estimator, old ? 'x_std_' : '_x_std', n)
    : new Float64Array(n).fill(1);
  return {
    centred: (numbers: Float64Array) => numbers.map((value, k) => value - mean[k % n]),
    scaled: (numbers: Float64Array) => numbers.map((value, k) => (value - mean[k % n]) / deviation[k % n]),
  };
}

function scores(
  estimator: PyObject,
  name: string,
  scaled: (numbers: Float64Array) => Float64Array,
): Evaluator {
  const rotations = transpose(matrix(estimator, name));
  const { rows: components, columns: n } = rotations;
  const none = Float64Array.of(0);
  return {
    nFeatures: n,
    sources: new Array<undefined>(components).fill(undefined),
    transform: (x) =>
      tableOf(x.rows, components, affine(scaled(numbersOf(x, n)), x.rows, rotations, none).data),
  };
}

function transpose({ rows, columns, data }: Matrix): Matrix {
  const out = new Float64Array(data.length);
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) out[j * rows + i] = data[i * columns + j];
  return { rows: columns, columns: rows, data: out };
}

const entry = entriesOf('cross decomposition');

export const CROSS_DECOMPOSITION: readonly EvaluatorEntry[] = [
  entry('PLSRegression', partialLeastSquares),
  entry('PLSCanonical', partialLeastSquares),
  entry('CCA', partialLeastSquares),
  entry('PLSSVD', plsSvd),
];
