import { checkSize, labels, number, requireOption, vector } from '../../pickle/attributes.js';
import type { Evaluator, Matrix, Table } from '../../../inference/tabular/evaluator.js';
import type { EvaluatorFactory } from '../../pickle/library.js';
import { labelPrediction, newMatrix } from '../../../inference/numeric/numeric.js';
import { Forest } from '../../../inference/trees/forest.js';
import { softmaxRows, twoClasses } from '../../../inference/numeric/probabilities.js';
import { histRows } from './hist-rows.js';
import { histTrees } from './hist-trees.js';
import type { PyObject } from '../../pickle/values.js';

const CLASSIFICATION_LOSSES = [
  'auto',
  'log_loss',
  'binary_crossentropy',
  'categorical_crossentropy',
] as const;
/** Loss → whether the raw value is the logarithm of the answer; the names before 1.0 too. */
const LOG_LINK = new Map([
  ['squared_error', false],
  ['least_squares', false],
  ['absolute_error', false],
  ['least_absolute_deviation', false],
  ['quantile', false],
  ['poisson', true],
  ['gamma', true],
]);

/** HistGradientBoostingClassifier: one tree an iteration for two classes, one a class for more. */
export const histGradientBoostingClassifier: EvaluatorFactory = (estimator, build) => {
  requireOption(estimator, 'loss', CLASSIFICATION_LOSSES);
  const classes = labels(estimator);
  const { shape, raw, columns } = iterationsOf(estimator, build);
  const probabilities = columns === 1 ? twoClasses(1) : softmaxRows;
  checkSize(estimator, 'classes_', Math.max(classes.length, 2), columns === 1 ? 2 : columns);
  return {
    ...shape,
    classes,
    probabilitiesByRow: true,
    predict: (x) => labelPrediction(raw(x), classes),
    predictProba: (x) => probabilities(raw(x)),
    decisionFunction: raw,
  };
};

/** HistGradientBoostingRegressor: the raw value, or its exponential where the loss has a log link. */
export const histGradientBoostingRegressor: EvaluatorFactory = (estimator, build) => {
  const logLink = LOG_LINK.get(requireOption(estimator, 'loss', [...LOG_LINK.keys()]));
  const { shape, raw, columns } = iterationsOf(estimator, build);
  checkSize(estimator, 'n_trees_per_iteration_', columns, 1, 'trees');
  return {
    ...shape,
    predict: (x) => {
      const out = raw(x);
      return logLink ? { ...out, data: out.data.map(Math.exp) } : out;
    },
  };
};

function iterationsOf(estimator: PyObject, build: (nested: PyObject) => Evaluator) {
  const { shape, numbersOf } = histRows(estimator, build);
  const columns = number(estimator, 'n_trees_per_iteration_');
  const baseline = vector(estimator, '_baseline_prediction', columns);
  const trees = histTrees(estimator, shape.nFeatures, columns);
  const forest = new Forest(trees, {
    nFeatures: shape.nFeatures,
    precision: 'float64',
    acceptsMissing: true,
  });
  const raw = (x: Table): Matrix => {
    const out = newMatrix(x.rows, columns);
    for (let k = 0; k < out.data.length; k++) out.data[k] = baseline[k % columns];
    forest.addTo(numbersOf(x), x.rows, out.data, columns);
    return out;
  };
  return { shape, raw, columns };
}
