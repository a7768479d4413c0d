import { checkSize, has, labels, matrix, vector } from '../../pickle/attributes.js';
import type { Evaluator } from '../../../inference/tabular/evaluator.js';
import { newMatrix, numbersOf, pairwiseSum } from '../../../inference/numeric/numeric.js';
import type { PyObject } from '../../pickle/values.js';
import { posterior } from '../../../inference/numeric/posterior.js';

/** GaussianNB: a normal density a feature and class. The variances were called sigma_ before 1.0. */
export function gaussianNB(estimator: PyObject): Evaluator {
  const means = matrix(estimator, 'theta_');
  const { rows: count, columns: nFeatures } = means;
  const classes = labels(estimator);
  checkSize(estimator, 'classes_', classes.length, count);
  const variances = matrix(estimator, has(estimator, 'var_') ? 'var_' : 'sigma_', nFeatures, count).data;
  const logPriors = vector(estimator, 'class_prior_', classes.length).map(Math.log);
  const logVariances = variances.map((variance) => Math.log(2 * Math.PI * variance));
  const halves = logPriors.map((_, k) => -0.5 * pairwiseSum(logVariances, k * nFeatures, nFeatures));
  return posterior(nFeatures, classes, (x) => {
    const numbers = numbersOf(x, nFeatures);
    const out = newMatrix(x.rows, count);
    const terms = new Float64Array(nFeatures);
    for (let i = 0; i < x.rows; i++) {
      for (let k = 0; k < count; k++) {
        for (let j = 0; j < nFeatures; j++) {
          const difference = numbers[i * nFeatures + j] - means.data[k * nFeatures + j];
          terms[j] = (difference * difference) / variances[k * nFeatures + j];
        }
        out.data[i * count + k] = logPriors[k] + (halves[k] - 0.5 * pairwiseSum(terms, 0, nFeatures));
      }
    }
    return out;
  });
}
