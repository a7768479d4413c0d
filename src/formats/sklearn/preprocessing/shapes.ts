/** Transformers that change the shape of a distribution: PowerTransformer and QuantileTransformer. */
import { childObject, flag, matrix, requireOption, vector } from '../../pickle/attributes.js';
import type { EvaluatorFactory } from '../../pickle/library.js';
import { clip } from '../../../inference/numeric/numeric.js';
import { cellError } from '../../../inference/tabular/tables.js';
import { isSince } from '../version.js';
import { normalQuantile } from '../../../inference/numeric/normal-quantile.js';
import { columnwise, numericTransformer, ownColumns } from './transformer.js';

const EPSILON = Number.EPSILON;

/** Yeo-Johnson or Box-Cox with lambdas_, then the scaler that the transformer keeps where `standardize` is set. */
export const powerTransformer: EvaluatorFactory = (estimator, build) => {
  const lambdas = vector(estimator, 'lambdas_');
  const n = lambdas.length;
  const boxCox = requireOption(estimator, 'method', ['yeo-johnson', 'box-cox']) === 'box-cox';
  const yeoJohnson = isSince(estimator, 1, 9) ? yeoJohnsonBySeries : yeoJohnsonByPower;
  const power = numericTransformer(
    estimator,
    { nFeatures: n, acceptsMissing: true, sources: ownColumns(n, false) },
    (x, out, rows) => {
      for (let i = 0, k = 0; i < rows; i++) {
        for (let j = 0; j < n; j++, k++) {
          if (boxCox && x[k] <= 0) throw cellError(i, j, `is ${x[k]}, where Box-Cox takes positive numbers`);
          out[k] = boxCox ? boxCoxOf(x[k], lambdas[j]) : yeoJohnson(x[k], lambdas[j]);
        }
      }
    },
  );
  if (!flag(estimator, 'standardize')) return power;
  const scaler = build(childObject(estimator, '_scaler'));
  return { ...power, transform: (x) => scaler.transform!(power.transform!(x)) };
};

function boxCoxOf(x: number, lambda: number): number {
  return Math.abs(lambda) < 1e-19 ? Math.log(x) : Math.expm1(lambda * Math.log(x)) / lambda;
}

function yeoJohnsonByPower(x: number, lambda: number): number {
  if (x >= 0) return Math.abs(lambda) < EPSILON ? Math.log1p(x) : (Math.pow(x + 1, lambda) - 1) / lambda;
  const rest = 2 - lambda;
  return Math.abs(rest) > EPSILON ? -(Math.pow(1 - x, rest) - 1) / rest : -Math.log1p(-x);
}

function yeoJohnsonBySeries(x: number, lambda: number): number {
  if (x >= 0) return Math.abs(lambda) < EPSILON ? Math.log1p(x) : Math.expm1(lambda * Math.log1p(x)) / lambda;
  const rest = 2 - lambda;
  return Math.abs(rest) > EPSILON ? -Math.expm1(rest * Math.log1p(-x)) / rest : -Math.log1p(-x);
}

/** Within this of the smallest and largest quantile a value counts as that one, for a normal output. */
const BOUND = 1e-7;

/** The place of a value among quantiles_, uniform on [0, 1] or as a quantile of the standard normal. */
export const quantileTransformer: EvaluatorFactory = (estimator) => {
  const quantiles = matrix(estimator, 'quantiles_');
  const references = vector(estimator, 'references_', quantiles.rows);
  const normal = requireOption(estimator, 'output_distribution', ['uniform', 'normal']) === 'normal';
  const columns = Array.from({ length: quantiles.columns }, (_, j) =>
    Float64Array.from({ length: quantiles.rows }, (_, i) => quantiles.data[i * quantiles.columns + j]),
  );
  const mirrored = columns.map(mirror);
  const mirroredReferences = mirror(references);
  const low = normalQuantile(BOUND - EPSILON);
  const high = normalQuantile(1 - (BOUND - EPSILON));

  return columnwise(estimator, quantiles.columns, true, (x, j) => {
    if (Number.isNaN(x)) return NaN;
    const first = columns[j][0];
    const last = columns[j][columns[j].length - 1];
    let place: number;
    if (normal ? x - BOUND < first : x === first) place = 0;
    else if (normal ? x + BOUND > last : x === last) place = 1;
    else {
      // Repeated quantiles have two ends: interpolation from the left finds the one, from the right the other.
      const forward = interpolate(x, columns[j], references);
      place = 0.5 * (forward - interpolate(-x, mirrored[j], mirroredReferences));
    }
    return normal ? clip(normalQuantile(place), low, high) : place;
  });
};

function mirror(values: Float64Array): Float64Array {
  return values.map((_, i) => -values[values.length - 1 - i]);
}

/** Linear interpolation over ascending xs, constant outside, as numpy.interp: of equal xs the last one counts. */
function interpolate(x: number, xs: Float64Array, ys: Float64Array): number {
  const n = xs.length;
  if (x < xs[0]) return ys[0];
  if (x >= xs[n - 1]) return ys[n - 1];
  let low = 0;
  let high = n - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (xs[middle] <= x) low = middle;
    else high = middle;
  }
  if (xs[low] === x) return ys[low];
  return ((ys[high] - ys[low]) / (xs[high] - xs[low])) * (x - xs[low]) + ys[low];
}
