/**
 * Whether a linear model was fitted with an L1 penalty alone, in the eyes of the version of scikit-learn that wrote it.
 * SelectFromModel's default threshold depends on it.
 */
import { has, vector } from '../../pickle/attributes.js';
import type { PyObject } from '../../pickle/values.js';
import { isSince } from '../version.js';

export const lasso = (): boolean => true;

export const elasticNet = (estimator: PyObject): boolean =>
  isSince(estimator, 1, 1) && isOne(estimator, 'l1_ratio');

export const elasticNetCv = (estimator: PyObject): boolean =>
  isSince(estimator, 1, 1) && isOne(estimator, 'l1_ratio_');

export const multiTaskElasticNet = (estimator: PyObject): boolean =>
  isSince(estimator, 1, 1) &&
  !isSince(estimator, 1, 7) &&
  (isOne(estimator, 'l1_ratio_') || isOne(estimator, 'l1_ratio'));

export const logistic = (estimator: PyObject): boolean =>
  isSince(estimator, 1, 8) && isOne(estimator, 'l1_ratio');

export const logisticCv = (estimator: PyObject): boolean =>
  isSince(estimator, 1, 8) && isOne(estimator, 'l1_ratio_');

function isOne(estimator: PyObject, name: string): boolean {
  const ratios = has(estimator, name) ? vector(estimator, name) : [];
  return ratios.length > 0 && ratios.every((ratio) => Math.abs(ratio - 1) <= 1e-8 + 1e-5);
}
