import type { Label } from '../model.js';
import type { Evaluator, Matrix, Table } from '../tabular/evaluator.js';
import { labelPrediction, logSumExp } from './numeric.js';

/** The logarithm of prior times likelihood, one column per class, for rows that contain only numbers. */
export type JointLogLikelihood = (x: Table) => Matrix;

/** predict and predict_proba of every naive Bayes classifier, from its joint log-likelihood. */
export function posterior(
  nFeatures: number,
  classes: readonly Label[],
  joint: JointLogLikelihood,
  takesSparse = false,
): Evaluator {
  return {
    nFeatures,
    classes,
    takesSparse,
    predict: (x) => {
      const scores = joint(x);
      // With a single class there is one column. argmax always returns this class; `labelPrediction` would take the
      // column for a binary score.
      return labelPrediction(scores, scores.columns === 1 ? [classes[0], classes[0]] : classes);
    },
    predictProba: (x) => {
      const scores = joint(x);
      const { rows, columns, data } = scores;
      for (let i = 0; i < rows; i++) {
        const evidence = logSumExp(data, i * columns, columns);
        for (let k = i * columns; k < (i + 1) * columns; k++) data[k] = Math.exp(data[k] - evidence);
      }
      return scores;
    },
  };
}
