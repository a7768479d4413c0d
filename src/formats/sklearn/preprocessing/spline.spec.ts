import { describe, expect, it } from 'vitest';
import { estimator, evaluatorOf, floats, transformed } from '../../../../test/support/sklearn.js';
import { atCell } from '../../../../test/support/input-errors.js';

/** Hat functions over the knots 0, 1, 2. */
const hats = estimator('BSpline', {
  t: floats([-1, 0, 1, 2, 3]),
  c: floats([
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ]),
  k: 1,
});
const of = (extrapolation: string, options: object = {}) =>
  evaluatorOf('SplineTransformer', {
    degree: 1,
    extrapolation,
    include_bias: true,
    bsplines_: [hats],
    ...options,
  });

describe('SplineTransformer', () => {
  it('gives the values of the basis between the knots', () => {
    expect(transformed(of('error'), [0], [0.25], [1], [1.5], [2])).toEqual([
      [1, 0, 0],
      [0.75, 0.25, 0],
      [0, 1, 0],
      [0, 0.5, 0.5],
      [0, 0, 1],
    ]);
  });

  it('extrapolates beyond the knots according to its option', () => {
    expect(transformed(of('constant'), [-1], [3])).toEqual([
      [1, 0, 0],
      [0, 0, 1],
    ]);
    expect(transformed(of('continue'), [-1], [3])).toEqual([
      [2, -1, 0],
      [0, -1, 2],
    ]);
    expect(transformed(of('linear'), [-1], [3])).toEqual([
      [2, -1, 0],
      [0, -1, 2],
    ]);
    expect(transformed(of('periodic'), [2.25], [-0.5])).toEqual([
      [0.75, 0.25, 0],
      [0, 0.5, 0.5],
    ]);
    expect(() => transformed(of('error'), [2.5])).toThrow(
      atCell(0, 0, 'is 2.5, beyond the knots of the spline'),
    );
  });

  it('leaves the last spline out where there is no bias, and zeros for missing values', () => {
    const zeros = of('constant', { include_bias: false, handle_missing: 'zeros' });
    expect(transformed(zeros, [0.25], [NaN])).toEqual([
      [0.75, 0.25],
      [0, 0],
    ]);
    expect([zeros.acceptsMissing, of('constant').acceptsMissing]).toEqual([true, false]);
  });

  it('refuses knots that do not fit the coefficients', () => {
    const bad = estimator('BSpline', { t: floats([0, 1]), c: floats([[1]]), k: 1 });
    expect(() => of('constant', { bsplines_: [bad] })).toThrow(
      'a BSpline has not the knots that its degree calls for',
    );
  });
});
