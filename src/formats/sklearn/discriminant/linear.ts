import { matrix, number, requireOption, vector } from '../../pickle/attributes.js';
import type { Evaluator } from '../../../inference/tabular/evaluator.js';
import { logisticProbabilities, multinomialProbabilities } from '../../../inference/numeric/probabilities.js';
import { classScores, scoreClassifier } from '../linear/scores.js';
import { newMatrix, numbersOf } from '../../../inference/numeric/numeric.js';
import type { PyObject } from '../../pickle/values.js';

/**
 * LinearDiscriminantAnalysis: a linear classifier whose probabilities are a softmax. With the solvers svd and eigen
 * it is a transformer too, onto its discriminant directions.
 */
export function linearDiscriminantAnalysis(estimator: PyObject): Evaluator {
  const solver = requireOption(estimator, 'solver', ['svd', 'lsqr', 'eigen']);
  const scores = classScores(estimator);
  const isBinary = scores.classes.length === 2;
  const classifier: Evaluator = {
    ...scoreClassifier(scores, scores.classes),
    predictProba: (x) =>
      isBinary ? logisticProbabilities(scores.of(x), true) : multinomialProbabilities(scores.of(x)),
  };
  return solver === 'lsqr'
    ? classifier
    : { ...classifier, transform: projection(estimator, solver, scores.nFeatures) };
}

/** (x - xbar_) · scalings_ for the solver svd, x · scalings_ for eigen; the first _max_components columns. */
function projection(estimator: PyObject, solver: 'svd' | 'eigen', nFeatures: number): Evaluator['transform'] {
  const scalings = matrix(estimator, 'scalings_', undefined, nFeatures);
  const centre = solver === 'svd' ? vector(estimator, 'xbar_', nFeatures) : new Float64Array(nFeatures);
  const columns = Math.min(number(estimator, '_max_components'), scalings.columns);
  return (x) => {
    const numbers = numbersOf(x, nFeatures);
    const out = newMatrix(x.rows, columns).data;
    for (let i = 0; i < x.rows; i++) {
      for (let j = 0; j < nFeatures; j++) {
        const value = numbers[i * nFeatures + j] - centre[j];
        for (let k = 0; k < columns; k++)
          out[i * columns + k] += value * scalings.data[j * scalings.columns + k];
      }
    }
    return { rows: x.rows, columns, numbers: out };
  };
}
