import { childObject, number, requireOption } from '../../pickle/attributes.js';
import type { Evaluator } from '../../../inference/tabular/evaluator.js';
import type { EvaluatorFactory } from '../../pickle/library.js';
import type { PyObject } from '../../pickle/values.js';
import { inlierPrediction, linearScores } from './scores.js';

/** Every regressor that predicts x · coef_ᵀ + intercept_, for one target or several. */
export function linearRegressor(estimator: PyObject): Evaluator {
  const scores = linearScores(estimator);
  return { nFeatures: scores.nFeatures, nOutputs: scores.outputs, takesSparse: true, predict: scores.of };
}

/** A generalised linear model with a log link: exp(x · coef_ + intercept_). */
export function logLinkRegressor(estimator: PyObject): Evaluator {
  const scores = linearScores(estimator);
  return {
    nFeatures: scores.nFeatures,
    takesSparse: true,
    predict: (x) => {
      const { rows, columns, data } = scores.of(x);
      return { rows, columns, data: data.map(Math.exp) };
    },
  };
}

/** TweedieRegressor: link "auto" is the identity for the normal distribution (power ≤ 0) and the logarithm for others. */
export function tweedieRegressor(estimator: PyObject): Evaluator {
  const link = requireOption(estimator, 'link', ['auto', 'identity', 'log'], 'auto');
  const identity = link === 'auto' ? number(estimator, 'power') <= 0 : link === 'identity';
  return identity ? linearRegressor(estimator) : logLinkRegressor(estimator);
}

/** RANSACRegressor answers as the estimator fitted on the inliers. */
export const ransacRegressor: EvaluatorFactory = (estimator, build) => {
  const { nFeatures, nOutputs, acceptsMissing, predict } = build(childObject(estimator, 'estimator_'));
  return { nFeatures, nOutputs, acceptsMissing, predict };
};

/** SGDOneClassSVM: 1 for inliers, where x · coef_ᵀ - offset_ is zero or more, and -1 for outliers. */
export function sgdOneClass(estimator: PyObject): Evaluator {
  const scores = linearScores(estimator, 'offset_', -1);
  return {
    nFeatures: scores.nFeatures,
    counts: true,
    takesSparse: true,
    decisionFunction: scores.of,
    predict: (x) => inlierPrediction(scores.of(x)),
  };
}
