/**
 * How boosted trees' raw values become answers, by the loss they were fitted with. The losses that scikit-learn had
 * before 1.4 (sklearn.ensemble._gb_losses) differ from later ones (sklearn._loss) in ties and in the multinomial start.
 */
import type { Label } from '../../../inference/model.js';
import { refuse } from '../../pickle/attributes.js';
import type { Matrix, Prediction } from '../../../inference/tabular/evaluator.js';
import { clip, labelPrediction, newMatrix, takeLabels } from '../../../inference/numeric/numeric.js';
import { softmaxRows, twoClasses } from '../../../inference/numeric/probabilities.js';
import type { PyObject } from '../../pickle/values.js';
import { isSince } from '../version.js';

const FLOAT32_EPSILON = 2 ** -23;

export interface ClassificationLoss {
  /** Probabilities of the classes from raw values (one column, or one a class). */
  readonly probabilities: (raw: Matrix) => Matrix;
  readonly labels: (raw: Matrix, classes: readonly Label[]) => Prediction;
  /** Raw values of an initial estimator's probabilities. */
  readonly link: (proba: Matrix) => Matrix;
}

/** The loss with this class name. @throws ModelFileError for an unknown one */
export function classificationLoss(estimator: PyObject, lossClass: string): ClassificationLoss {
  // Minimum distance of an initial estimator's probabilities to 0 and 1.
  const margin = isSince(estimator, 1, 8) ? Number.EPSILON : FLOAT32_EPSILON;
  switch (lossClass) {
    case 'HalfBinomialLoss':
      return { probabilities: twoClasses(1), labels: atLeastZero, link: logit(1, margin) };
    case 'BinomialDeviance':
      return { probabilities: twoClasses(1), labels: mostProbable(twoClasses(1)), link: logit(1, margin) };
    case 'ExponentialLoss':
      return { probabilities: twoClasses(2), labels: atLeastZero, link: logit(0.5, margin) };
    case 'HalfMultinomialLoss':
      return {
        probabilities: softmaxRows,
        labels: labelPrediction,
        link: (proba) => logOverGeometricMean(proba, margin),
      };
    case 'MultinomialDeviance':
      return {
        probabilities: softmaxRows,
        labels: mostProbable(softmaxRows),
        link: (proba) => logarithm(proba, margin),
      };
    default:
      return refuse(estimator, `loss ${lossClass}`);
  }
}

function atLeastZero(raw: Matrix, classes: readonly Label[]): Prediction {
  const positions = Int32Array.from(raw.data, (value) => (value >= 0 ? 1 : 0));
  return { rows: raw.rows, columns: 1, data: takeLabels(classes, positions) };
}

const mostProbable =
  (probabilities: (raw: Matrix) => Matrix) =>
  (raw: Matrix, classes: readonly Label[]): Prediction =>
    labelPrediction(probabilities(raw), classes);

const logit =
  (factor: number, margin: number) =>
  (proba: Matrix): Matrix => {
    const out = newMatrix(proba.rows, 1);
    for (let i = 0; i < proba.rows; i++) {
      const p = clip(proba.data[i * proba.columns + 1], margin, 1 - margin);
      out.data[i] = factor * Math.log(p / (1 - p));
    }
    return out;
  };

function logarithm(proba: Matrix, margin: number): Matrix {
  return { ...proba, data: proba.data.map((p) => Math.log(clip(p, margin, 1 - margin))) };
}

function logOverGeometricMean(proba: Matrix, margin: number): Matrix {
  const out = logarithm(proba, margin);
  for (let i = 0; i < out.rows; i++) {
    const row = out.data.subarray(i * out.columns, (i + 1) * out.columns);
    const mean = row.reduce((sum, value) => sum + value, 0) / out.columns;
    for (let k = 0; k < out.columns; k++) row[k] -= mean;
  }
  return out;
}
