import type { Label } from '../../../inference/model.js';
import { checkSize, labels, matrix, vectorOr } from '../../pickle/attributes.js';
import type { Evaluator, Matrix, Prediction, Table } from '../../../inference/tabular/evaluator.js';
import { labelPrediction, takeLabels } from '../../../inference/numeric/numeric.js';
import { affineTable } from '../../../inference/numeric/affine-table.js';
import type { PyObject } from '../../pickle/values.js';

/** x · coef_ᵀ + intercept_, one column an output: what every linear model answers from. */
export interface LinearScores {
  readonly nFeatures: number;
  readonly outputs: number;
  readonly of: (x: Table) => Matrix;
}

/**
 * Reads coef_ ((n_features,) or (n_outputs, n_features), dense or sparsified) and intercept_ (absent or one value for
 * all outputs, or one an output).
 * @param sign of the intercept: -1 for offset_
 */
export function linearScores(estimator: PyObject, interceptName = 'intercept_', sign = 1): LinearScores {
  const coef = matrix(estimator, 'coef_');
  const intercept = vectorOr(estimator, interceptName, Float64Array.of(0)).map((value) => sign * value);
  if (intercept.length !== 1) checkSize(estimator, interceptName, intercept.length, coef.rows);
  return {
    nFeatures: coef.columns,
    outputs: coef.rows,
    of: (x) => affineTable(x, coef, intercept),
  };
}

/** The scores of a linear classifier and its labels: one column for two classes, else one a class. */
export function classScores(estimator: PyObject): LinearScores & { readonly classes: Label[] } {
  const scores = linearScores(estimator);
  const classes = labels(estimator);
  checkSize(estimator, 'classes_', classes.length, scores.outputs === 1 ? 2 : scores.outputs);
  return { ...scores, classes };
}

/** decision_function and predict of a linear classifier. */
export function scoreClassifier(
  scores: LinearScores,
  classes: readonly Label[],
): Evaluator & Required<Pick<Evaluator, 'decisionFunction'>> {
  return {
    nFeatures: scores.nFeatures,
    classes,
    takesSparse: true,
    decisionFunction: scores.of,
    predict: (x) => labelPrediction(scores.of(x), classes),
  };
}

/** An outlier detector's answer: 1 where the score is zero or more, else -1. */
export function inlierPrediction(scores: Matrix): Prediction {
  const positions = Int32Array.from(scores.data, (score) => (score >= 0 ? 1 : 0));
  return { rows: scores.rows, columns: 1, data: takeLabels([-1, 1], positions) };
}
