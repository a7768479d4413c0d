/** inverse_transform of scalers and of the transformers that change a distribution's shape, value by value. */
import { checkSize, childObject, flag, has, matrix, requireOption, vector } from '../../pickle/attributes.js';
import { interpolate } from '../../../inference/numeric/interpolate.js';
import { normalDistribution } from '../../../inference/numeric/normal-distribution.js';
import type { Inverse } from '../../pickle/traits.js';
import type { PyObject } from '../../pickle/values.js';

export function standardInverse(scaler: PyObject): Inverse {
  const withScale = flag(scaler, 'with_std') && has(scaler, 'scale_');
  return scaled(scaler, withScale, flag(scaler, 'with_mean') ? 'mean_' : undefined);
}

export function robustInverse(scaler: PyObject): Inverse {
  return scaled(scaler, flag(scaler, 'with_scaling'), flag(scaler, 'with_centering') ? 'center_' : undefined);
}

export function maxAbsInverse(scaler: PyObject): Inverse {
  return scaled(scaler, true, undefined);
}

export function minMaxInverse(scaler: PyObject): Inverse {
  const min = vector(scaler, 'min_');
  const scale = vector(scaler, 'scale_', min.length);
  return (value, k) => (value - min[k]) / scale[k];
}

function scaled(scaler: PyObject, withScale: boolean, offsetName: string | undefined): Inverse {
  const scale = withScale ? vector(scaler, 'scale_') : undefined;
  const offset = offsetName === undefined ? undefined : vector(scaler, offsetName);
  return (value, k) => value * (scale === undefined ? 1 : scale[k]) + (offset === undefined ? 0 : offset[k]);
}

export function powerInverse(transformer: PyObject): Inverse {
  const lambdas = vector(transformer, 'lambdas_');
  const method = requireOption(transformer, 'method', ['yeo-johnson', 'box-cox']);
  const unscaled = flag(transformer, 'standardize')
    ? standardInverse(childObject(transformer, '_scaler'))
    : undefined;
  const inverse = method === 'box-cox' ? inverseBoxCox : inverseYeoJohnson;
  return (value, k) => inverse(unscaled === undefined ? value : unscaled(value, k), lambdas[k]);
}

function inverseBoxCox(value: number, lambda: number): number {
  return lambda === 0 ? Math.exp(value) : Math.exp(Math.log1p(lambda * value) / lambda);
}

function inverseYeoJohnson(value: number, lambda: number): number {
  if (value >= 0) {
    return Math.abs(lambda) < Number.EPSILON ? Math.exp(value) - 1 : (value * lambda + 1) ** (1 / lambda) - 1;
  }
  if (Math.abs(lambda - 2) <= Number.EPSILON) return 1 - Math.exp(-value);
  return 1 - (-(2 - lambda) * value + 1) ** (1 / (2 - lambda));
}

/** Values this close to an end of the normal distribution's range count as that end. */
const BOUND = 1e-7;

export function quantileInverse(transformer: PyObject): Inverse {
  const references = vector(transformer, 'references_');
  const { rows, columns: width, data } = matrix(transformer, 'quantiles_');
  checkSize(transformer, 'quantiles_', rows, references.length, 'rows');
  const columns = Array.from({ length: width }, (_, k) => data.filter((_value, at) => at % width === k));
  const distribution = requireOption(transformer, 'output_distribution', ['uniform', 'normal']);
  checkSize(transformer, 'references_', Math.min(references.length, 1), 1);
  return (value, k) => {
    const quantiles = columns[k];
    const p = distribution === 'normal' ? normalDistribution(value) : value;
    const bound = distribution === 'normal' ? BOUND : 0;
    if (distribution === 'normal' ? p - bound < 0 : p <= 0) return quantiles[0];
    if (distribution === 'normal' ? p + bound > 1 : p >= 1) return quantiles[quantiles.length - 1];
    return interpolate(p, references, quantiles);
  };
}
