import { checkSize, labels, matrices, matrix, numberOr, vector } from '../../pickle/attributes.js';
import type { Evaluator } from '../../../inference/tabular/evaluator.js';
import { affine, newMatrix, numbersOf } from '../../../inference/numeric/numeric.js';
import { affineTable } from '../../../inference/numeric/affine-table.js';
import { mapEntries } from '../../../inference/tabular/sparse.js';
import { cellError } from '../../../inference/tabular/tables.js';
import type { PyObject } from '../../pickle/values.js';
import { posterior } from '../../../inference/numeric/posterior.js';

/** MultinomialNB: x · feature_log_prob_ᵀ + class_log_prior_. */
export function multinomialNB(estimator: PyObject): Evaluator {
  const weights = matrix(estimator, 'feature_log_prob_');
  const classes = labels(estimator);
  const priors = vector(estimator, 'class_log_prior_', weights.rows);
  checkSize(estimator, 'classes_', classes.length, weights.rows);
  return posterior(weights.columns, classes, (x) => affineTable(x, weights, priors), true);
}

/** ComplementNB: as MultinomialNB, but the prior counts for a single class only. */
export function complementNB(estimator: PyObject): Evaluator {
  const weights = matrix(estimator, 'feature_log_prob_');
  const classes = labels(estimator);
  checkSize(estimator, 'classes_', classes.length, weights.rows);
  const priors = weights.rows === 1 ? vector(estimator, 'class_log_prior_', 1) : Float64Array.of(0);
  return posterior(weights.columns, classes, (x) => affineTable(x, weights, priors), true);
}

/** BernoulliNB: features above `binarize` count as present (unchanged if it is None). Absent features count too. */
export function bernoulliNB(estimator: PyObject): Evaluator {
  const logs = matrix(estimator, 'feature_log_prob_');
  const { rows: count, columns: nFeatures } = logs;
  const classes = labels(estimator);
  checkSize(estimator, 'classes_', classes.length, count);
  const threshold = numberOr(estimator, 'binarize', undefined);
  const weights = newMatrix(count, nFeatures);
  const constants = vector(estimator, 'class_log_prior_', count).slice();
  for (let k = 0; k < logs.data.length; k++) {
    const absent = Math.log(1 - Math.exp(logs.data[k]));
    weights.data[k] = logs.data[k] - absent;
    constants[Math.floor(k / nFeatures)] += absent;
  }
  return posterior(
    nFeatures,
    classes,
    (x) => {
      const binarise = (value: number): number =>
        threshold === undefined ? value : value > threshold ? 1 : 0;
      if (x.sparse !== undefined && binarise(0) === 0)
        return affineTable(mapEntries(x, binarise), weights, constants);
      const numbers = numbersOf(x, nFeatures);
      const present = threshold === undefined ? numbers : numbers.map(binarise);
      return affine(present, x.rows, weights, constants);
    },
    true,
  );
}

/**
 * CategoricalNB: each feature is a category's number, cut down to a whole one.
 * @throws ModelInputError for a category that training did not know
 */
export function categoricalNB(estimator: PyObject): Evaluator {
  const tables = matrices(estimator, 'feature_log_prob_');
  const nFeatures = tables.length;
  const classes = labels(estimator);
  const count = classes.length;
  const priors = vector(estimator, 'class_log_prior_', count);
  tables.forEach((table, j) => checkSize(estimator, `feature_log_prob_[${j}]`, table.rows, count, 'rows'));
  return posterior(nFeatures, classes, (x) => {
    const numbers = numbersOf(x, nFeatures);
    const out = newMatrix(x.rows, count);
    for (let i = 0; i < x.rows; i++) {
      for (let j = 0; j < nFeatures; j++) {
        const { columns, data } = tables[j];
        const category = Math.trunc(numbers[i * nFeatures + j]);
        if (!(category >= 0 && category < columns)) {
          throw cellError(i, j, `is category ${category}, where 0 to ${columns - 1} are known`);
        }
        for (let k = 0; k < count; k++) out.data[i * count + k] += data[k * columns + category];
      }
      for (let k = 0; k < count; k++) out.data[i * count + k] += priors[k];
    }
    return out;
  });
}
