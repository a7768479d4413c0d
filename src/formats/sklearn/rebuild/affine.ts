import { checkSize, flag, has, vector } from '../../pickle/attributes.js';
import type { PyObject } from '../../pickle/values.js';

/** x · factor + offset, column by column. */
export interface Affine {
  readonly factor: Float64Array;
  readonly offset: Float64Array;
}

/** What a scaler does, where that is affine in every column; undefined for other transformers. */
export function affineOf(scaler: PyObject, nFeatures: number): Affine | undefined {
  switch (scaler.shortName) {
    case 'StandardScaler':
      return centredAndDivided(column(scaler, 'mean_', nFeatures, 0), column(scaler, 'scale_', nFeatures, 1));
    case 'RobustScaler':
      return centredAndDivided(
        column(scaler, 'center_', nFeatures, 0),
        column(scaler, 'scale_', nFeatures, 1),
      );
    case 'MaxAbsScaler':
      if (flag(scaler, 'clip', false)) return undefined;
      return centredAndDivided(new Float64Array(nFeatures), column(scaler, 'scale_', nFeatures, 1));
    case 'MinMaxScaler':
      if (flag(scaler, 'clip', false)) return undefined;
      return { factor: column(scaler, 'scale_', nFeatures, 1), offset: column(scaler, 'min_', nFeatures, 0) };
    default:
      return undefined;
  }
}

function centredAndDivided(centre: Float64Array, scale: Float64Array): Affine {
  return { factor: scale.map((s) => 1 / s), offset: centre.map((c, j) => -c / scale[j]) };
}

/** One value a column; `fallback` for all where the scaler was told to leave that part out. */
function column(scaler: PyObject, name: string, nFeatures: number, fallback: number): Float64Array {
  if (!has(scaler, name)) return new Float64Array(nFeatures).fill(fallback);
  const values = vector(scaler, name);
  checkSize(scaler, name, values.length, nFeatures);
  return values;
}
