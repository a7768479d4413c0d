import type { Matrix } from '../tabular/evaluator.js';
import { clip, expit, newMatrix, normalise, softmax } from './numeric.js';

/** Applies `toProbability` to one column of binary scores: columns 1 - p and p. */
function binary(scores: Matrix, toProbability: (score: number) => number): Matrix {
  const out = newMatrix(scores.rows, 2);
  for (let i = 0; i < scores.rows; i++) {
    const p = toProbability(scores.data[i]);
    out.data[2 * i] = 1 - p;
    out.data[2 * i + 1] = p;
  }
  return out;
}

/** Applies `toProbability` to every score and divides each row by its sum; a row of zeros becomes `whenZero`. */
function oneVsRest(scores: Matrix, toProbability: (score: number) => number, whenZero: number): Matrix {
  const { rows, columns } = scores;
  const data = scores.data.map(toProbability);
  for (let i = 0; i < rows; i++) normalise(data, i * columns, columns, whenZero);
  return { rows, columns, data };
}

/**
 * Logistic one-vs-rest probabilities, normalised like liblinear's.
 * @param uniformWhenZero whether a row whose probabilities are all too small for a double becomes uniform; otherwise it
 * becomes NaN
 */
export function logisticProbabilities(scores: Matrix, uniformWhenZero: boolean): Matrix {
  if (scores.columns === 1) return binary(scores, expit);
  return oneVsRest(scores, expit, uniformWhenZero ? 1 / scores.columns : NaN);
}

/** (clip(score, -1, 1) + 1) / 2, normalised (Zhang 2002, appendix B); a row of zeros becomes uniform. */
export function modifiedHuberProbabilities(scores: Matrix): Matrix {
  const toProbability = (score: number): number => (clip(score, -1, 1) + 1) / 2;
  if (scores.columns === 1) return binary(scores, toProbability);
  return oneVsRest(scores, toProbability, 1 / scores.columns);
}

/** Softmax over the classes; for one column of binary scores, over the pair (-score, score). */
export function multinomialProbabilities(scores: Matrix): Matrix {
  const { rows, columns } = scores;
  if (columns === 1) return binary(scores, (score) => expit(2 * score));
  const data = scores.data.slice();
  for (let i = 0; i < rows; i++) softmax(data, i * columns, columns);
  return { rows, columns, data };
}

/** Probabilities 1 - p and p, where p = expit(factor · raw). */
export const twoClasses =
  (factor: number) =>
  (raw: Matrix): Matrix => {
    const out = newMatrix(raw.rows, 2);
    for (let i = 0; i < raw.rows; i++) {
      const p = expit(factor * raw.data[i]);
      out.data[2 * i] = 1 - p;
      out.data[2 * i + 1] = p;
    }
    return out;
  };

/** exp(raw) over its sum, row by row. */
export function softmaxRows(raw: Matrix): Matrix {
  const out = { ...raw, data: raw.data.slice() };
  for (let i = 0; i < raw.rows; i++) softmax(out.data, i * raw.columns, raw.columns);
  return out;
}
