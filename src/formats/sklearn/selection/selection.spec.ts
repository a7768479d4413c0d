import { describe, expect, it } from 'vitest';
import {
  estimator,
  evaluatorOf,
  floats,
  mask,
  table,
  transformed,
} from '../../../../test/support/sklearn.js';
import type { PyValue } from '../../pickle/values.js';

/** The positions that a selector keeps. */
const kept = (className: string, attributes: Record<string, PyValue>, n = 4): unknown[] =>
  transformed(
    evaluatorOf(className, attributes),
    Array.from({ length: n }, (_, j) => j),
  )[0];

describe('univariate selection', () => {
  it('SelectKBest keeps the best, of equal ones the last, missing scores last of all', () => {
    expect(kept('SelectKBest', { scores_: floats([3, 1, 3, NaN]), k: 2 })).toEqual([0, 2]);
    expect(kept('SelectKBest', { scores_: floats([1, 1, 1, 0]), k: 2 })).toEqual([1, 2]);
    expect(kept('SelectKBest', { scores_: floats([1, 1, 1, 0]), k: 'all' })).toEqual([0, 1, 2, 3]);
    expect(kept('SelectKBest', { scores_: floats([1, 1, 1, 0]), k: 0 })).toEqual([]);
  });

  it('SelectPercentile fills up with the first of those on the threshold', () => {
    expect(kept('SelectPercentile', { scores_: floats([1, 5, 2, 4]), percentile: 50 })).toEqual([1, 3]);
    expect(kept('SelectPercentile', { scores_: floats([7, 7, 7, 7]), percentile: 50 })).toEqual([0, 1]);
  });

  it('selects by the rates of false positives, discoveries and errors', () => {
    const pvalues_ = floats([0.01, 0.04, 0.03, 0.6]);
    expect(kept('SelectFpr', { pvalues_, alpha: 0.05 })).toEqual([0, 1, 2]);
    expect(kept('SelectFdr', { pvalues_, alpha: 0.05 })).toEqual([0]);
    expect(kept('SelectFdr', { pvalues_, alpha: 0.08 })).toEqual([0, 1, 2]);
    expect(kept('SelectFwe', { pvalues_, alpha: 0.05 })).toEqual([0]);
    expect(kept('GenericUnivariateSelect', { pvalues_, mode: 'fpr', param: 0.05 })).toEqual([0, 1, 2]);
  });

  it('VarianceThreshold drops what does not exceed it', () => {
    expect(kept('VarianceThreshold', { variances_: floats([0, 0.5, 0.6, NaN]), threshold: 0.5 })).toEqual([
      2,
    ]);
  });
});

describe('SelectFromModel', () => {
  const ridge = (coefficients: number[] | number[][]) =>
    estimator('Ridge', { coef_: floats(coefficients), alpha: 1 });
  const select = (nested: PyValue, options: Record<string, PyValue>) =>
    kept('SelectFromModel', { estimator_: nested, threshold: null, max_features: null, ...options });

  it('keeps what reaches the threshold, by default the mean', () => {
    expect(select(ridge([1, -4, 2, 1]), {})).toEqual([1, 2]);
    expect(select(ridge([1, -4, 2, 1]), { threshold: 'median' })).toEqual([1, 2]);
    expect(select(ridge([1, -4, 2, 1]), { threshold: '0.4 * mean' })).toEqual([0, 1, 2, 3]);
    expect(select(ridge([1, -4, 2, 1]), { threshold: 3 })).toEqual([1]);
    expect(select(ridge([1, -4, 2, 1]), { threshold: -Infinity, max_features: 1 })).toEqual([1]);
  });

  it('sizes several rows of coefficients by the norm asked for', () => {
    const rows = ridge([
      [3, 0, 2, 0],
      [-4, 6, 2, 0],
    ]);
    expect(select(rows, { threshold: 6 })).toEqual([0, 1]);
    expect(select(rows, { threshold: 6, norm_order: 2 })).toEqual([1]);
    expect(select(rows, { threshold: 4, norm_order: Infinity })).toEqual([0, 1]);
  });

  it('keeps all that is not nearly zero after an L1 penalty', () => {
    const lasso = estimator('Lasso', { coef_: floats([1, 0, 1e-3, 1e-6]) });
    expect(select(lasso, {})).toEqual([0, 2]);
  });

  it.each([
    ['LogisticRegression', 'l1_ratio', '1.8.0', true],
    ['LogisticRegression', 'l1_ratio', '1.7.2', false],
    ['ElasticNet', 'l1_ratio', '1.1.0', true],
    ['ElasticNet', 'l1_ratio', '1.0.2', false],
    ['MultiTaskElasticNetCV', 'l1_ratio_', '1.6.1', true],
    ['MultiTaskElasticNetCV', 'l1_ratio_', '1.7.0', false],
  ])('takes %s with %s 1 of version %s for an L1 penalty: %s', (className, ratio, version, isL1) => {
    const nested = estimator(className, {
      coef_: floats([1, 0, 1e-3, 1e-6]),
      [ratio]: 1,
      _sklearn_version: version,
    });
    expect(select(nested, {})).toEqual(isL1 ? [0, 2] : [0]);
  });

  it('computes coef_ of a linear support vector machine, and refuses one with another kernel', () => {
    const machine = (kernel: string) =>
      estimator('SVR', {
        kernel,
        support_vectors_: floats([
          [1, 0, 2, 0],
          [0, 1, 1, 0],
        ]),
        dual_coef_: floats([[2, -1]]),
      });
    expect(select(machine('linear'), { threshold: 2 })).toEqual([0, 2]);
    expect(() => select(machine('rbf'), {})).toThrow(
      'SVR: the selection by feature_importances_ cannot be evaluated',
    );
  });

  it('follows a path to the importances, and refuses functions', () => {
    const search = estimator('Wrapper', { inner_: ridge([0, 1, 0, 1]) });
    expect(select(search, { importance_getter: 'inner_.coef_' })).toEqual([1, 3]);
    expect(() => select(search, {})).toThrow(
      'Wrapper: the selection by feature_importances_ cannot be evaluated',
    );
  });
});

describe('SequentialFeatureSelector', () => {
  it('accepts missing values if the class that guided it always does', () => {
    const selector = (guide: string) =>
      evaluatorOf('SequentialFeatureSelector', {
        support_: mask(true, false),
        n_features_in_: 2,
        estimator: estimator(guide, {}),
      });
    expect(selector('HistGradientBoostingRegressor').acceptsMissing).toBe(true);
    expect(selector('Ridge').acceptsMissing).toBe(false);
  });
});

describe('RFE', () => {
  it('selects, and predicts by what was selected', () => {
    const inner = estimator('Ridge', { coef_: floats([10, 1]), intercept_: 0.5, n_features_in_: 2 });
    const rfe = evaluatorOf('RFE', {
      support_: mask(false, true, true),
      estimator_: inner,
      n_features_in_: 3,
    });
    expect(transformed(rfe, [1, 2, 3])).toEqual([[2, 3]]);
    expect([...rfe.predict!(table([1, 2, 3])).data]).toEqual([23.5]);
  });
});
