import { describe, expect, it } from 'vitest';
import { evaluatorOf, floats, objects, transformed, tuple } from '../../../../test/support/sklearn.js';
import { PyFunction } from '../../pickle/values.js';
import { atCell } from '../../../../test/support/input-errors.js';

describe('KBinsDiscretizer', () => {
  const fitted = {
    bin_edges_: objects(floats([0, 1, 2]), floats([0, 10, 20])),
    n_bins_: floats([2, 2]),
    dtype: null,
  };

  it('counts a value on an edge to the bin above, and values outside to the outer bins', () => {
    const bins = evaluatorOf('KBinsDiscretizer', { ...fitted, encode: 'ordinal' });
    expect(transformed(bins, [1, 9.99], [-5, 99])).toEqual([
      [1, 0],
      [0, 1],
    ]);
  });

  it('marks one column a bin', () => {
    expect(transformed(evaluatorOf('KBinsDiscretizer', { ...fitted, encode: 'onehot' }), [1.5, 3])).toEqual([
      [0, 1, 1, 0],
    ]);
  });

  it('before 1.1 counted a value just below an edge as on it', () => {
    const old = { ...fitted, encode: 'ordinal', _sklearn_version: '1.0.2' };
    expect(transformed(evaluatorOf('KBinsDiscretizer', old), [0.999999, 9.9])).toEqual([[1, 0]]);
    const later = { ...fitted, encode: 'ordinal', _sklearn_version: '1.1.3' };
    expect(transformed(evaluatorOf('KBinsDiscretizer', later), [0.999999, 9.9])).toEqual([[0, 0]]);
  });

  it('rounds to float32 first where dtype says so', () => {
    const narrow = { ...fitted, encode: 'ordinal', dtype: new PyFunction('numpy.float32') };
    expect(transformed(evaluatorOf('KBinsDiscretizer', narrow), [1 - 1e-9, 0])).toEqual([[1, 0]]);
  });
});

describe('PolynomialFeatures', () => {
  const of = (degree: unknown, interactionOnly: boolean, bias: boolean) =>
    transformed(
      evaluatorOf('PolynomialFeatures', {
        n_features_in_: 3,
        degree: degree as number,
        interaction_only: interactionOnly,
        include_bias: bias,
      }),
      [2, 3, 5],
    )[0];

  it('gives all products by degree, then by feature', () => {
    expect(of(2, false, true)).toEqual([1, 2, 3, 5, 4, 6, 10, 9, 15, 25]);
    expect(of(3, true, false)).toEqual([2, 3, 5, 6, 10, 15, 30]);
    expect(of(tuple(2, 2), false, false)).toEqual([4, 6, 10, 9, 15, 25]);
  });

  it('refuses a degree that would exhaust memory', () => {
    expect(() => of(1e9, false, true)).toThrow('PolynomialFeatures: degree 1000000000 cannot be evaluated');
    expect(() => of(2000, false, true)).toThrow('a product table of more than 2000000 factors');
  });
});

describe('PowerTransformer', () => {
  it('takes positive numbers alone for Box-Cox', () => {
    const power = evaluatorOf('PowerTransformer', {
      method: 'box-cox',
      lambdas_: floats([2]),
      standardize: false,
    });
    expect(transformed(power, [3])[0][0]).toBeCloseTo(4, 12);
    expect(() => transformed(power, [0])).toThrow(atCell(0, 0, 'is 0, where Box-Cox takes positive numbers'));
  });

  it('is the logarithm at the ends of Yeo-Johnson', () => {
    const power = evaluatorOf('PowerTransformer', {
      method: 'yeo-johnson',
      lambdas_: floats([0, 2]),
      standardize: false,
    });
    expect(transformed(power, [3, -3])).toEqual([[Math.log(4), -Math.log(4)]]);
  });
});

describe('QuantileTransformer', () => {
  const fitted = { quantiles_: floats([[0], [1], [1], [3]]), references_: floats([0, 0.25, 0.75, 1]) };

  it('takes the middle of repeated quantiles, and holds values outside to the ends', () => {
    const uniform = evaluatorOf('QuantileTransformer', { ...fitted, output_distribution: 'uniform' });
    expect(transformed(uniform, [1], [2], [-4], [9], [NaN])).toEqual([[0.5], [0.875], [0], [1], [NaN]]);
  });

  it('bounds the normal output', () => {
    const normal = evaluatorOf('QuantileTransformer', { ...fitted, output_distribution: 'normal' });
    const [[low], [middle], [high]] = transformed(normal, [-4], [1], [9]);
    expect(low).toBeCloseTo(-5.19933758, 7);
    expect(middle).toBe(0);
    expect(high).toBeCloseTo(5.19933758, 7);
  });
});
