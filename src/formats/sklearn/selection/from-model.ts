/** sklearn.feature_selection.SelectFromModel. */
import { ModelFileError } from '../../../inference/model.js';
import {
  childObject,
  has,
  number,
  numberOr,
  optional,
  refuse,
  scalar,
  show,
} from '../../pickle/attributes.js';
import type { Evaluator } from '../../../inference/tabular/evaluator.js';
import type { EvaluatorFactory } from '../../pickle/library.js';
import type { PyObject } from '../../pickle/values.js';
import { importancesOf, type Importances } from './importances.js';
import { mean, median, ranked } from '../../../inference/numeric/order.js';
import { selector } from './selector.js';

/** The features whose importance to the nested estimator reaches the threshold, the best `max_features` at most. */
export const selectFromModel: EvaluatorFactory = (estimator, build, traitsOf) => {
  const nested = childObject(estimator, has(estimator, 'estimator_') ? 'estimator_' : 'estimator');
  const importances = importancesOf(nested, optional(estimator, 'importance_getter') ?? 'auto', traitsOf);
  const isSparse = optional(nested, 'penalty') === 'l1' || traitsOf(nested).isL1Penalised?.(nested) === true;
  const scores = norms(importances, numberOr(estimator, 'norm_order', 1));
  const threshold = thresholdOf(estimator, isSparse, scores);
  const limit = maxFeatures(estimator) ?? scores.length;
  const best = new Set(ranked(scores.map((score) => -score)).slice(0, limit));
  const mask = Array.from(scores, (score, j) => best.has(j) && !(score < threshold));
  return selector(estimator, mask, nestedAcceptsMissing(nested, build));
};

function nestedAcceptsMissing(nested: PyObject, build: (nested: PyObject) => Evaluator): boolean {
  try {
    return build(nested).acceptsMissing === true;
  } catch (error) {
    if (error instanceof ModelFileError) return false;
    throw error;
  }
}

/** The size of each feature's importances over all rows, by the vector norm of that order. */
function norms({ rows, columns, data, isVector }: Importances, order: number): Float64Array {
  if (isVector) return data.map(Math.abs);
  return Float64Array.from({ length: columns }, (_, j) => {
    const sizes = Float64Array.from({ length: rows }, (_, k) => Math.abs(data[k * columns + j]));
    if (order === Infinity) return Math.max(...sizes);
    if (order === -Infinity) return Math.min(...sizes);
    if (order === 1) return sizes.reduce((sum, size) => sum + size, 0);
    return Math.pow(
      sizes.reduce((sum, size) => sum + Math.pow(size, order), 0),
      1 / order,
    );
  });
}

function maxFeatures(estimator: PyObject): number | undefined {
  if (!has(estimator, 'max_features')) return undefined;
  const name = has(estimator, 'max_features_') ? 'max_features_' : 'max_features';
  return number(estimator, name);
}

/** A number, "mean", "median" or "1.25*mean". None means 1e-5 after an L1 penalty, and otherwise the mean. */
function thresholdOf(estimator: PyObject, isSparse: boolean, scores: Float64Array): number {
  const given = optional(estimator, 'threshold') ?? (isSparse ? 1e-5 : 'mean');
  if (typeof given !== 'string') return scalar(given) ?? refuse(estimator, `threshold ${show(given)}`);
  const [reference, factor = '1'] = given.split('*').reverse();
  const scale = Number(factor.trim());
  const moment = { mean, median }[reference.trim() as 'mean' | 'median'];
  if (moment === undefined || Number.isNaN(scale)) refuse(estimator, `threshold ${show(given)}`);
  return scale * moment(scores);
}
