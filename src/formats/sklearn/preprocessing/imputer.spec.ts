import { describe, expect, it } from 'vitest';
import { estimator, evaluatorOf, floats, objects, transformed } from '../../../../test/support/sklearn.js';
import { atCell } from '../../../../test/support/input-errors.js';

const indicator = (attributes: object) =>
  estimator('MissingIndicator', {
    features: 'missing-only',
    missing_values: NaN,
    error_on_new: false,
    n_features_in_: 3,
    features_: floats([1]),
    ...attributes,
  });

describe('SimpleImputer', () => {
  const means = {
    strategy: 'mean',
    missing_values: NaN,
    statistics_: floats([1.5, NaN, 3]),
    add_indicator: false,
  };

  it('fills gaps, leaves out columns without a statistic, and adds the indicator behind', () => {
    expect(transformed(evaluatorOf('SimpleImputer', means), [NaN, 7, NaN])).toEqual([[1.5, 3]]);
    const flagged = { ...means, add_indicator: true, indicator_: indicator({}) };
    expect(transformed(evaluatorOf('SimpleImputer', flagged), [NaN, NaN, 4])).toEqual([[1.5, 4, 1]]);
  });

  it('keeps empty features where it is told to', () => {
    const keeps = { ...means, keep_empty_features: true, statistics_: floats([1.5, 0, 3]) };
    expect(transformed(evaluatorOf('SimpleImputer', keeps), [1, NaN, 2])).toEqual([[1, 0, 2]]);
  });

  it('before 1.8 filled empty columns with a constant, from then on leaves them out', () => {
    const constant = { ...means, strategy: 'constant', keep_empty_features: false };
    const columns = (version: string) =>
      transformed(evaluatorOf('SimpleImputer', { ...constant, _sklearn_version: version }), [1, 2, 3])[0]
        .length;
    expect([columns('1.7.2'), columns('1.8.0')]).toEqual([3, 2]);
  });

  it('takes a value of the data for missing, and then no missing one', () => {
    const imputer = evaluatorOf('SimpleImputer', { ...means, missing_values: -1, statistics_: floats([5]) });
    expect(transformed(imputer, [-1], [2])).toEqual([[5], [2]]);
    expect(imputer.acceptsMissing).toBe(false);
  });

  it('knows columns of text by a word for missing, those left out among them', () => {
    const imputer = evaluatorOf('SimpleImputer', {
      ...means,
      strategy: 'most_frequent',
      missing_values: '?',
      statistics_: objects('oak', NaN, 2),
    });
    expect([...imputer.textColumns!.keys()]).toEqual([0, 1]);
    expect(transformed(imputer, ['?', '?', 1], ['elm', '?', 3])).toEqual([
      ['oak', 1],
      ['elm', 3],
    ]);
  });

  it('fills text', () => {
    const imputer = evaluatorOf('SimpleImputer', {
      ...means,
      strategy: 'most_frequent',
      statistics_: objects('oak', 2),
    });
    expect(transformed(imputer, ['elm', NaN], [null, 1])).toEqual([
      ['elm', 2],
      ['oak', 1],
    ]);
    expect(imputer.textColumns).toEqual(new Map([[0, []]]));
  });
});

describe('MissingIndicator', () => {
  it('refuses gaps where there were none in training, if told to', () => {
    const strict = {
      features: 'missing-only',
      missing_values: NaN,
      features_: floats([1]),
      n_features_in_: 2,
    };
    const evaluator = evaluatorOf('MissingIndicator', { ...strict, error_on_new: true });
    expect(transformed(evaluator, [1, NaN])).toEqual([[1]]);
    expect(() => transformed(evaluator, [NaN, 1])).toThrow(atCell(0, 0, 'is missing, which it never was'));
  });
});
