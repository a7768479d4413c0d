/** sklearn.impute.KNNImputer. */
import type { Matrix } from '../../../inference/tabular/evaluator.js';
import { partition } from '../../../inference/neighbors/partition.js';
import { numbersOf } from '../../../inference/numeric/numeric.js';
import { tableOf } from '../../../inference/tabular/tables.js';
import { featureNames, flag, matrix, number, refuse, requireOption } from '../../pickle/attributes.js';
import type { EvaluatorFactory } from '../../pickle/library.js';
import { imputedSources, indicatorOf, withIndicator } from './imputer.js';
import { missingValue } from './missing.js';

/** A missing value becomes the mean of those of the nearest training rows that have one. */
export const knnImputer: EvaluatorFactory = (estimator, build) => {
  const missing = missingValue(estimator);
  requireOption(estimator, 'metric', ['nan_euclidean']);
  const byDistance = requireOption(estimator, 'weights', ['uniform', 'distance']) === 'distance';
  const samples = matrix(estimator, '_fit_X');
  const { columns: n } = samples;
  const size = number(estimator, 'n_neighbors');
  if (!(Number.isInteger(size) && size >= 1)) refuse(estimator, `n_neighbors ${size}`);
  const known = { ...samples, data: samples.data.map((value) => (missing.isNumber(value) ? NaN : value)) };
  const indicator = indicatorOf(estimator, build);
  const donors = donorsOf(known);
  const keepsEmpty = flag(estimator, 'keep_empty_features', false);
  const kept = Array.from({ length: n }, (_, j) => j).filter((j) => keepsEmpty || donors[j].length > 0);
  const means = donors.map(
    (own, j) => own.reduce((sum, row) => sum + known.data[row * n + j], 0) / own.length,
  );
  return {
    nFeatures: n,
    featureNames: featureNames(estimator),
    acceptsMissing: missing.isNull,
    sources: imputedSources(kept, indicator),
    transform: (x) => {
      const numbers = numbersOf(x, n);
      const out = new Float64Array(x.rows * kept.length);
      for (let i = 0; i < x.rows; i++) {
        const row = numbers.slice(i * n, (i + 1) * n).map((value) => (missing.isNumber(value) ? NaN : value));
        const distances = row.some(Number.isNaN) ? distancesTo(known, row) : undefined;
        kept.forEach((j, k) => {
          const at = i * kept.length + k;
          if (donors[j].length === 0) out[at] = 0;
          else if (!Number.isNaN(row[j])) out[at] = row[j];
          else out[at] = fill(donors[j], distances!, j) ?? means[j];
        });
      }
      return withIndicator(x, tableOf(x.rows, kept.length, out), indicator);
    },
  };

  /** Undefined where the row has no feature in common with any training row that has the value. */
  function fill(from: readonly number[], distances: Float64Array, column: number): number | undefined {
    const own = Float64Array.from(from, (row) => distances[row]);
    if (own.every(Number.isNaN)) return undefined;
    const order = new Int32Array(own.length);
    const count = Math.min(size, own.length);
    partition(own, order, count);
    const nearest = order.subarray(0, count);
    const coincides = byDistance && nearest.some((place) => own[place] === 0);
    let [sum, total] = [0, 0];
    for (const place of nearest) {
      const distance = own[place];
      if (Number.isNaN(distance)) continue;
      const weight = !byDistance ? 1 : coincides ? Number(distance === 0) : 1 / distance;
      sum += weight * known.data[from[place] * n + column];
      total += weight;
    }
    return sum / total;
  }
};

/** For each column, the rows that have a value there. */
function donorsOf({ rows, columns, data }: Matrix): number[][] {
  return Array.from({ length: columns }, (_, j) =>
    Array.from({ length: rows }, (_, i) => i).filter((i) => !Number.isNaN(data[i * columns + j])),
  );
}

/**
 * Euclidean distances over the features that both rows have, scaled up to all features; NaN where they share none. By
 * |x|² - 2 x·y + |y|² and in scikit-learn's order, which decides between rows that are about as far.
 */
function distancesTo({ rows, columns: n, data }: Matrix, row: Float64Array): Float64Array {
  const out = new Float64Array(rows);
  for (let s = 0; s < rows; s++) {
    let [xx, yy, xy, xOnly, yOnly, shared] = [0, 0, 0, 0, 0, 0];
    for (let j = 0; j < n; j++) {
      const [x, y] = [row[j], data[s * n + j]];
      const [hasX, hasY] = [!Number.isNaN(x), !Number.isNaN(y)];
      if (hasX) xx += x * x;
      if (hasY) yy += y * y;
      if (hasX && hasY) {
        xy += x * y;
        shared++;
      } else if (hasX) xOnly += x * x;
      else if (hasY) yOnly += y * y;
    }
    const squared = Math.max(0, Math.max(0, -2 * xy + xx + yy) - xOnly - yOnly);
    out[s] = shared === 0 ? NaN : Math.sqrt((squared / shared) * n);
  }
  return out;
}
