import { describe, expect, it } from 'vitest';
import { NdArray } from '../../pickle/values.js';
import { evaluatorOf, floats, objects, table, transformed } from '../../../../test/support/sklearn.js';

describe('LinearDiscriminantAnalysis', () => {
  const fitted = {
    coef_: floats([[1, 0]]),
    intercept_: floats([-1]),
    classes_: objects('a', 'b'),
    scalings_: floats([[2, 0], [0, 3]]), // prettier-ignore
    xbar_: floats([1, 1]),
    _max_components: 1,
  };

  it('classifies, and projects as its solver does', () => {
    const svd = evaluatorOf('LinearDiscriminantAnalysis', { ...fitted, solver: 'svd' });
    expect(svd.predict!(table([0, 0], [2, 0])).data).toEqual(['a', 'b']);
    expect(svd.predictProba!(table([1, 0])).data).toEqual(Float64Array.of(0.5, 0.5));
    expect(transformed(svd, [3, 5])).toEqual([[4]]);
    expect(
      transformed(evaluatorOf('LinearDiscriminantAnalysis', { ...fitted, solver: 'eigen' }), [3, 5]),
    ).toEqual([[6]]);
    expect(
      evaluatorOf('LinearDiscriminantAnalysis', { ...fitted, solver: 'lsqr' }).transform,
    ).toBeUndefined();
  });
});

describe('QuadraticDiscriminantAnalysis', () => {
  const fitted = {
    means_: floats([[0], [2]]), // prettier-ignore
    rotations_: [floats([[1]]), floats([[-1]])],
    scalings_: [floats([1]), floats([4])],
    priors_: floats([0.5, 0.5]),
    classes_: floats([0, 1]),
  };

  it('compares the log posteriors of a normal density a class', () => {
    const model = evaluatorOf('QuadraticDiscriminantAnalysis', fitted);
    const difference = -0.5 * (0 + Math.log(4)) - -0.5 * 4;
    expect(model.decisionFunction!(table([2])).data[0]).toBeCloseTo(difference, 14);
    expect(model.predictProba!(table([2])).data[1]).toBeCloseTo(1 / (1 + Math.exp(-difference)), 14);
    expect(model.predict!(table([0], [2])).data).toEqual(Float64Array.of(0, 1));
  });

  it('refuses a class without its covariance', () => {
    expect(() =>
      evaluatorOf('QuadraticDiscriminantAnalysis', { ...fitted, scalings_: [floats([1])] }),
    ).toThrow('QuadraticDiscriminantAnalysis: scalings_ has 1 values, where 2 were expected');
  });
});

it('QuadraticDiscriminantAnalysis fitted on float32 rows scales in float32', () => {
  const single = (value: number) => new NdArray({ kind: 'f', itemsize: 4 }, [1], Float32Array.of(value));
  const model = evaluatorOf('QuadraticDiscriminantAnalysis', {
    classes_: floats([0, 1]),
    priors_: floats([0.5, 0.5]),
    means_: floats([[0], [0]]),
    rotations_: objects(floats([[1]]), floats([[1]])),
    scalings_: objects(single(2), single(1)),
  });
  const first = -0.5 * (Math.fround(Math.LN2) + (3 * Math.fround(Math.SQRT1_2)) ** 2);
  expect(model.decisionFunction!(table([3])).data[0]).toBeCloseTo(-4.5 - first, 12);
});
