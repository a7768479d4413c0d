import { describe, expect, it } from 'vitest';
import { evaluatorOf, floats, transformed, tuple } from '../../../../test/support/sklearn.js';
import { atCell } from '../../../../test/support/input-errors.js';

describe('StandardScaler', () => {
  const fitted = { mean_: floats([1, 10]), scale_: floats([2, 5]), n_features_in_: 2 };

  it('centres and scales, and keeps missing values', () => {
    const scaler = evaluatorOf('StandardScaler', { ...fitted, with_mean: true, with_std: true });
    expect(transformed(scaler, [3, 0], [NaN, 15])).toEqual([
      [1, -2],
      [NaN, 1],
    ]);
    expect(scaler.acceptsMissing).toBe(true);
  });

  it('does neither where it was told not to, whatever was fitted', () => {
    const scaler = evaluatorOf('StandardScaler', { ...fitted, with_mean: false, with_std: false });
    expect(transformed(scaler, [3, 0])).toEqual([[3, 0]]);
    const centred = evaluatorOf('StandardScaler', {
      ...fitted,
      scale_: null,
      with_mean: true,
      with_std: false,
    });
    expect(transformed(centred, [3, 0])).toEqual([[2, -10]]);
  });

  it('names the cell where text stands for a number', () => {
    const scaler = evaluatorOf('StandardScaler', { ...fitted, with_mean: true, with_std: true });
    expect(() => transformed(scaler, [3, 'ten'])).toThrow(
      atCell(0, 1, 'is "ten", where a number is expected'),
    );
  });

  it('refuses a file whose arrays do not fit together', () => {
    const attributes = { ...fitted, scale_: floats([2]), with_mean: true, with_std: true };
    expect(() => evaluatorOf('StandardScaler', attributes)).toThrow(
      'StandardScaler: scale_ has 1 values, where 2 were expected',
    );
  });
});

describe('a count of features', () => {
  it.each([-1, 1.5, 1e9, NaN])('of %d is refused', (n) => {
    const attributes = { with_mean: false, with_std: false, n_features_in_: n };
    expect(() => evaluatorOf('StandardScaler', attributes)).toThrow(
      `StandardScaler: the count of features is ${n}, where a whole number up to 2097152 was expected`,
    );
  });
});

describe('MinMaxScaler', () => {
  const fitted = { scale_: floats([0.5]), min_: floats([-1]), feature_range: tuple(-1, 1) };

  it('clips only where it was told to', () => {
    expect(transformed(evaluatorOf('MinMaxScaler', { ...fitted, clip: false }), [8])).toEqual([[3]]);
    expect(transformed(evaluatorOf('MinMaxScaler', { ...fitted, clip: true }), [8], [-9])).toEqual([
      [1],
      [-1],
    ]);
  });
});

describe('Normalizer', () => {
  it('gives rows of length one by each norm, and leaves zeros', () => {
    const rows: [number[], number[]] = [
      [3, -4],
      [0, 0],
    ];
    const of = (norm: string, version = '1.9.1') =>
      transformed(evaluatorOf('Normalizer', { norm, _sklearn_version: version }), ...rows);
    expect(of('l2')).toEqual([[0.6, -0.8], [0, 0]]); // prettier-ignore
    expect(of('l1')).toEqual([[3 / 7, -4 / 7], [0, 0]]); // prettier-ignore
    expect(of('max')).toEqual([[0.75, -1], [0, 0]]); // prettier-ignore
    // Before 0.23 the largest value counted, not the largest in size.
    expect(of('max', '0.22.2')).toEqual([[1, -4 / 3], [0, 0]]); // prettier-ignore
  });
});

describe('Binarizer', () => {
  it('marks what exceeds the threshold, not what is on it', () => {
    expect(transformed(evaluatorOf('Binarizer', { threshold: 1.5 }), [1.5, 1.6])).toEqual([[0, 1]]);
  });
});
