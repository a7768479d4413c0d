import { checkSize, has, number, requireOption, vector } from '../../pickle/attributes.js';
import { ModelInputError } from '../../../inference/model.js';
import type { EvaluatorFactory } from '../../pickle/library.js';
import { interpolate } from '../../../inference/numeric/interpolate.js';
import { clip, newMatrix, numbersOf } from '../../../inference/numeric/numeric.js';
import { NdArray, type PyObject } from '../../pickle/values.js';

/**
 * The fitted function: linear between thresholds, held at both ends (or NaN, or an error beyond them).
 * X_thresholds_ and y_thresholds_ were _necessary_X_ and _necessary_y_ before 0.24.
 */
export function isotonicFunction(estimator: PyObject): (x: number) => number {
  const old = !has(estimator, 'X_thresholds_');
  const nameX = old ? '_necessary_X_' : 'X_thresholds_';
  const kept = estimator.attributes.get(nameX);
  // Fitted on float32 values (an XGBClassifier's probabilities), it takes and computes float32.
  const round = kept instanceof NdArray && kept.data instanceof Float32Array ? Math.fround : same;
  const xs = vector(estimator, nameX);
  const ys = vector(estimator, old ? '_necessary_y_' : 'y_thresholds_', xs.length);
  checkSize(estimator, nameX, Math.min(xs.length, 1), 1);
  const outside = requireOption(estimator, 'out_of_bounds', ['clip', 'nan', 'raise']);
  const low = number(estimator, 'X_min_');
  const high = number(estimator, 'X_max_');
  return (value) => {
    const x = round(value);
    if (xs.length === 1) return ys[0];
    if (x < xs[0] || x > xs[xs.length - 1]) {
      if (outside === 'nan') return NaN;
      if (outside === 'raise')
        throw new ModelInputError(`${x} is outside the range that the model was fitted on`);
    }
    return interpolate(clip(x, low, high), xs, ys, round);
  };
}

const same = (x: number): number => x;

/** IsotonicRegression: of one column. */
export const isotonicRegression: EvaluatorFactory = (estimator) => {
  const f = isotonicFunction(estimator);
  const predict = (numbers: Float64Array, rows: number) => {
    const out = newMatrix(rows, 1);
    for (let i = 0; i < rows; i++) out.data[i] = f(numbers[i]);
    return out;
  };
  return {
    nFeatures: 1,
    predict: (x) => predict(numbersOf(x, 1), x.rows),
    transform: (x) => ({ rows: x.rows, columns: 1, numbers: predict(numbersOf(x, 1), x.rows).data }),
  };
};
