/** Scalers as x · factor + offset. A scaler that clips is not affine. */
import { checkSize, flag, has, vector } from '../../pickle/attributes.js';
import type { Affine } from '../../pickle/traits.js';
import type { PyObject } from '../../pickle/values.js';

export function standardAffine(scaler: PyObject, nFeatures: number): Affine {
  return centredAndDivided(column(scaler, 'mean_', nFeatures, 0), column(scaler, 'scale_', nFeatures, 1));
}

export function robustAffine(scaler: PyObject, nFeatures: number): Affine {
  return centredAndDivided(column(scaler, 'center_', nFeatures, 0), column(scaler, 'scale_', nFeatures, 1));
}

export function maxAbsAffine(scaler: PyObject, nFeatures: number): Affine | undefined {
  if (flag(scaler, 'clip', false)) return undefined;
  return centredAndDivided(new Float64Array(nFeatures), column(scaler, 'scale_', nFeatures, 1));
}

export function minMaxAffine(scaler: PyObject, nFeatures: number): Affine | undefined {
  if (flag(scaler, 'clip', false)) return undefined;
  return { factor: column(scaler, 'scale_', nFeatures, 1), offset: column(scaler, 'min_', nFeatures, 0) };
}

function centredAndDivided(centre: Float64Array, scale: Float64Array): Affine {
  return { factor: scale.map((s) => 1 / s), offset: centre.map((c, j) => -c / scale[j]) };
}

/** One value per column; `fallback` for all columns if the scaler was fitted without that part. */
function column(scaler: PyObject, name: string, nFeatures: number, fallback: number): Float64Array {
  if (!has(scaler, name)) return new Float64Array(nFeatures).fill(fallback);
  const values = vector(scaler, name);
  checkSize(scaler, name, values.length, nFeatures);
  return values;
}
