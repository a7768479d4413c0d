/**
 * Float64 numerics shared by the families. A pointwise function takes numbers; one over rows works in place on the
 * columns [start, start + length) of a row-major array, so that nothing is allocated a row.
 *
 * Tables:  numbersOf  newMatrix
 * Points:  expit  logExpit  clip
 * Rows:    dot  pairwiseSum  argmax  maximum  logSumExp  softmax  normalise
 * Matrix:  affine
 * Labels:  takeLabels  labelPrediction
 */
import { FeatureCountError, type Label } from '../model.js';
import type { Matrix, Prediction, Table } from '../tabular/evaluator.js';
import { exp } from './exponential.js';
import { cellError } from '../tabular/tables.js';

/**
 * The numbers of a table that may not contain text.
 * @throws ModelInputError with the row and the feature's position if a column is text
 */
export function numbersOf(x: Table, nFeatures: number): Float64Array {
  if (x.columns !== nFeatures) {
    throw new FeatureCountError(`${x.columns} features were given; the model takes ${nFeatures}`);
  }
  for (const [column, values] of x.text ?? []) {
    const row = values.findIndex((value) => value !== null);
    if (row >= 0)
      throw cellError(row, column, `is ${JSON.stringify(values[row])}, where a number is expected`);
  }
  return x.numbers;
}

/** A matrix of zeros. */
export function newMatrix(rows: number, columns: number): Matrix {
  return { rows, columns, data: new Float64Array(rows * columns) };
}

/** The logistic function as in scipy: 0 below -709.8, not a subnormal number. */
export function expit(x: number): number {
  return 1 / (1 + exp(-x));
}

/** log(expit(x)), without overflow. */
export function logExpit(x: number): number {
  return x >= 0 ? -Math.log1p(Math.exp(-x)) : x - Math.log1p(Math.exp(x));
}

/** `x` clipped to [low, high]; NaN stays NaN. */
export function clip(x: number, low: number, high: number): number {
  return x < low ? low : x > high ? high : x;
}

/** Inner product of a[i..i+n) and b[j..j+n). */
export function dot(a: Float64Array, i: number, b: Float64Array, j: number, n: number): number {
  let sum = 0;
  for (let k = 0; k < n; k++) sum += a[i + k] * b[j + k];
  return sum;
}

/** The row's sum, added in numpy's order, so that large terms that almost cancel leave the same rest. */
export function pairwiseSum(data: Float64Array, start: number, length: number): number {
  let sum = 0;
  if (length < 8) {
    for (let k = 0; k < length; k++) sum += data[start + k];
    return sum;
  }
  if (length > 128) {
    const half = Math.floor(length / 2);
    const first = half - (half % 8);
    return pairwiseSum(data, start, first) + pairwiseSum(data, start + first, length - first);
  }
  const eighths = length - (length % 8);
  const lane = (l: number): number => {
    let part = data[start + l];
    for (let k = l + 8; k < eighths; k += 8) part += data[start + k];
    return part;
  };
  sum = lane(0) + lane(1) + (lane(2) + lane(3)) + (lane(4) + lane(5) + (lane(6) + lane(7)));
  for (let k = eighths; k < length; k++) sum += data[start + k];
  return sum;
}

/** Position within the row of its largest value; of equal values, the first, as in numpy.argmax. */
export function argmax(data: Float64Array, start: number, length: number): number {
  let best = 0;
  for (let k = 1; k < length; k++) if (data[start + k] > data[start + best]) best = k;
  return best;
}

/** The row's largest value. */
export function maximum(data: Float64Array, start: number, length: number): number {
  return data[start + argmax(data, start, length)];
}

/** log(sum(exp(row))), without overflow. */
export function logSumExp(data: Float64Array, start: number, length: number): number {
  const top = maximum(data, start, length);
  if (!Number.isFinite(top)) return top;
  let sum = 0;
  for (let k = 0; k < length; k++) sum += exp(data[start + k] - top);
  return top + Math.log(sum);
}

/** Replaces the row by exp(row) / sum(exp(row)). */
export function softmax(data: Float64Array, start: number, length: number): void {
  const top = maximum(data, start, length);
  let sum = 0;
  for (let k = 0; k < length; k++) sum += data[start + k] = exp(data[start + k] - top);
  for (let k = 0; k < length; k++) data[start + k] /= sum;
}

/** Divides the row by its sum; a row with the sum 0 gets `whenZero` in every column, or stays unchanged. */
export function normalise(data: Float64Array, start: number, length: number, whenZero?: number): void {
  let sum = 0;
  for (let k = 0; k < length; k++) sum += data[start + k];
  if (sum !== 0) for (let k = 0; k < length; k++) data[start + k] /= sum;
  else if (whenZero !== undefined) data.fill(whenZero, start, start + length);
}

/**
 * x · weightsᵀ + bias.
 * @param x `rows` × `weights.columns`, row-major
 * @param weights one row per output
 * @param bias one value per output, or a single one for all
 */
export function affine(x: Float64Array, rows: number, weights: Matrix, bias: Float64Array): Matrix {
  const { rows: outputs, columns, data } = weights;
  const out = newMatrix(rows, outputs);
  const step = bias.length === 1 ? 0 : 1;
  for (let k = 0; k < outputs; k++) {
    const w = k * columns;
    const b = bias[k * step];
    let i = 0;
    // Four rows at a time, so that the processor overlaps their additions. Each is added in the order of `dot`.
    for (; i + 4 <= rows; i += 4) {
      const x0 = i * columns;
      const x1 = x0 + columns;
      const x2 = x1 + columns;
      const x3 = x2 + columns;
      let s0 = 0;
      let s1 = 0;
      let s2 = 0;
      let s3 = 0;
      for (let c = 0; c < columns; c++) {
        const weight = data[w + c];
        s0 += x[x0 + c] * weight;
        s1 += x[x1 + c] * weight;
        s2 += x[x2 + c] * weight;
        s3 += x[x3 + c] * weight;
      }
      const o = i * outputs + k;
      out.data[o] = s0 + b;
      out.data[o + outputs] = s1 + b;
      out.data[o + 2 * outputs] = s2 + b;
      out.data[o + 3 * outputs] = s3 + b;
    }
    for (; i < rows; i++) out.data[i * outputs + k] = dot(x, i * columns, data, w, columns) + b;
  }
  return out;
}

/** The labels at these positions: a Float64Array if all labels are numbers, else a list. */
export function takeLabels(classes: readonly Label[], positions: Int32Array): Float64Array | Label[] {
  if (!classes.every((label) => typeof label === 'number')) return Array.from(positions, (p) => classes[p]);
  // `Float64Array.from` uses an iterator and takes ten times as long.
  const labels = new Float64Array(positions.length);
  for (let i = 0; i < positions.length; i++) labels[i] = classes[positions[i]];
  return labels;
}

/**
 * One label per row: that of the largest score. For a single column, the second label if the score exceeds `threshold`.
 */
export function labelPrediction(scores: Matrix, classes: readonly Label[], threshold = 0): Prediction {
  const { rows, columns, data } = scores;
  const positions = new Int32Array(rows);
  for (let i = 0; i < rows; i++) {
    positions[i] = columns === 1 ? (data[i] > threshold ? 1 : 0) : argmax(data, i * columns, columns);
  }
  return { rows, columns: 1, data: takeLabels(classes, positions) };
}
