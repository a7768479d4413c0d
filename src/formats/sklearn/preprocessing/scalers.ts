/** Scalers: sklearn.preprocessing StandardScaler, MinMaxScaler, MaxAbsScaler, RobustScaler, Normalizer, Binarizer. */
import {
  attribute,
  flag,
  listItems,
  nFeaturesIn,
  number,
  requireOption,
  refuse,
  scalar,
  vector,
  vectorOr,
} from '../../pickle/attributes.js';
import type { Evaluator, Table } from '../../../inference/tabular/evaluator.js';
import type { EvaluatorFactory } from '../../pickle/library.js';
import { clip } from '../../../inference/numeric/numeric.js';
import { normaliseRows } from '../../../inference/tabular/row-norms.js';
import type { PyObject } from '../../pickle/values.js';
import { isSince } from '../version.js';
import { columnwise, numericTransformer } from './transformer.js';

/** (x - mean_) / scale_, each where it is asked for. */
export const standardScaler: EvaluatorFactory = (estimator) =>
  centreAndScale(
    estimator,
    flag(estimator, 'with_mean') ? 'mean_' : undefined,
    flag(estimator, 'with_std') ? 'scale_' : undefined,
  );

/** (x - center_) / scale_, each where it is asked for. */
export const robustScaler: EvaluatorFactory = (estimator) =>
  centreAndScale(
    estimator,
    flag(estimator, 'with_centering') ? 'center_' : undefined,
    flag(estimator, 'with_scaling') ? 'scale_' : undefined,
  );

function centreAndScale(estimator: PyObject, centreName?: string, scaleName?: string): Evaluator {
  const named = centreName ?? scaleName;
  const n = nFeaturesIn(estimator, () => (named === undefined ? -1 : vector(estimator, named).length));
  const centre =
    centreName === undefined ? new Float64Array(Math.max(n, 0)) : vector(estimator, centreName, n);
  const scale = scaleName === undefined ? undefined : vector(estimator, scaleName, n);
  if (named === undefined) return columnwise(estimator, n, true, (value) => value, true);
  return columnwise(
    estimator,
    n,
    true,
    scale === undefined ? (value, j) => value - centre[j] : (value, j) => (value - centre[j]) / scale[j],
    centreName === undefined,
  );
}

/** x · scale_ + min_, held to feature_range where `clip` is set. */
export const minMaxScaler: EvaluatorFactory = (estimator) => ({
  ...minMaxColumns(estimator),
  ranges: fittedRanges(estimator),
});

function minMaxColumns(estimator: PyObject): Evaluator {
  const scale = vector(estimator, 'scale_');
  const min = vector(estimator, 'min_', scale.length);
  if (!flag(estimator, 'clip', false)) {
    return columnwise(estimator, scale.length, true, (value, j) => value * scale[j] + min[j]);
  }
  const [low, high] = (listItems(attribute(estimator, 'feature_range')) ?? []).map(scalar);
  if (low === undefined || high === undefined)
    refuse(estimator, 'feature_range other than a pair of numbers');
  return columnwise(estimator, scale.length, true, (value, j) => clip(value * scale[j] + min[j], low, high));
}

/** data_min_ and data_max_: what training saw of each column. */
function fittedRanges(estimator: PyObject): Map<number, readonly [number, number]> | undefined {
  const [low, high] = ['data_min_', 'data_max_'].map((name) => vectorOr(estimator, name, undefined));
  if (low === undefined || high?.length !== low.length) return undefined;
  const known = Array.from(low, (least, j) => [j, [least, high[j]]] as const);
  return new Map(known.filter(([, range]) => range.every(Number.isFinite)));
}

/** x / scale_, held to [-1, 1] where `clip` is set (scikit-learn 1.9 on). */
export const maxAbsScaler: EvaluatorFactory = (estimator) => {
  const scale = vector(estimator, 'scale_');
  const limit = flag(estimator, 'clip', false) ? 1 : Infinity;
  return columnwise(estimator, scale.length, true, (value, j) => clip(value / scale[j], -limit, limit), true);
};

/** Rows of length one by the norm asked for; a row of zeros stays one. */
export const normalizer: EvaluatorFactory = (estimator) => {
  const norm = requireOption(estimator, 'norm', ['l1', 'l2', 'max']);
  const absolute = norm !== 'max' || isSince(estimator, 0, 23);
  const nFeatures = nFeaturesIn(estimator, () => -1);
  const sparse = (x: Table): Table => normaliseRows(x, norm);
  return numericTransformer(estimator, { nFeatures, sparse }, (x, out, rows, n) => {
    for (let start = 0; start < rows * n; start += n) {
      let length = norm === 'max' ? -Infinity : 0;
      for (let k = start; k < start + n; k++) {
        const size = absolute ? Math.abs(x[k]) : x[k];
        if (norm === 'max') length = Math.max(length, size);
        else length += norm === 'l1' ? size : size * size;
      }
      if (norm === 'l2') length = Math.sqrt(length);
      for (let k = start; k < start + n; k++) out[k] = length === 0 ? x[k] : x[k] / length;
    }
  });
};

/** 1 where x exceeds the threshold, 0 elsewhere. */
export const binarizer: EvaluatorFactory = (estimator) => {
  const threshold = number(estimator, 'threshold');
  return columnwise(
    estimator,
    nFeaturesIn(estimator, () => -1),
    false,
    (value) => (value > threshold ? 1 : 0),
    threshold >= 0,
  );
};
