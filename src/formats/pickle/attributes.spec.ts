import { describe, expect, it } from 'vitest';
import { estimator, floats, mask, objects, tuple } from '../../../test/support/sklearn.js';
import {
  featureNames,
  flag,
  indices,
  labelLists,
  labels,
  matrices,
  matrix,
  nFeaturesIn,
  number,
  numberOr,
  requireOption,
  string,
  vector,
} from './attributes.js';
import { NdArray, PyFunction, SparseMatrix } from './values.js';

const ints = (...values: number[]) =>
  new NdArray({ kind: 'i', itemsize: 8 }, [values.length], BigInt64Array.from(values, BigInt));

describe('one attribute', () => {
  it('names class and attribute where it is absent or of another kind', () => {
    const model = estimator('Ridge', { alpha: 'much', coef_: tuple('a') });
    expect(() => vector(model, 'intercept_')).toThrow(
      /^Ridge has no attribute intercept_: it was not fitted/,
    );
    expect(() => number(model, 'alpha')).toThrow('Ridge: alpha is "much", where a number was expected');
    expect(() => matrix(model, 'coef_')).toThrow(
      'Ridge: coef_ is <tuple>, where a matrix of numbers was expected',
    );
  });

  it('takes numbers from scalars, booleans, big integers and arrays of one', () => {
    const model = estimator('Ridge', { a: 1.5, b: true, c: 7n, d: floats([3]), e: null });
    expect(['a', 'b', 'c', 'd'].map((name) => number(model, name))).toEqual([1.5, 1, 7, 3]);
    expect(numberOr(model, 'e', undefined)).toBeUndefined();
    expect(numberOr(model, 'f', 4)).toBe(4);
    expect(string(model, 'f', 'default')).toBe('default');
    expect(flag(model, 'b')).toBe(true);
  });

  it('holds arrays to the size that the caller gives', () => {
    const model = estimator('Ridge', { coef_: floats([[1, 2], [3, 4]]) }); // prettier-ignore
    expect(vector(model, 'coef_', 4)).toEqual(Float64Array.of(1, 2, 3, 4));
    expect(() => vector(model, 'coef_', 3)).toThrow('Ridge: coef_ has 4 values, where 3 were expected');
    expect(() => matrix(model, 'coef_', 3)).toThrow('Ridge: coef_ has 2 columns, where 3 were expected');
    expect(() => matrix(model, 'coef_', 2, 1)).toThrow('Ridge: coef_ has 2 rows, where 1 were expected');
  });

  it('rejects positions that are not whole numbers', () => {
    const model = estimator('SVC', { support_: ints(0, 5), broken: floats([0.5]) });
    expect(indices(model, 'support_')).toEqual(Int32Array.of(0, 5));
    expect(() => indices(model, 'broken')).toThrow('where an array of whole numbers was expected');
  });
});

describe('labels', () => {
  it('keeps numbers, text and booleans apart by the dtype', () => {
    const model = estimator('SVC', {
      i: ints(0, 1),
      b: mask(false, true),
      o: objects('no', 'yes'),
      l: tuple(1, 'a'),
    });
    expect(labels(model, 'i')).toEqual([0, 1]);
    expect(labels(model, 'b')).toEqual([false, true]);
    expect(labels(model, 'o')).toEqual(['no', 'yes']);
    expect(labels(model, 'l')).toEqual([1, 'a']);
    expect(() => labels(estimator('SVC', { classes_: objects(null) }))).toThrow('where an array of labels');
  });

  it('gives a list a target where classes_ is a list of arrays', () => {
    expect(labelLists(estimator('Tree', { classes_: [ints(0, 1), ints(2)] }))).toEqual([[0, 1], [2]]);
    expect(labelLists(estimator('Tree', { classes_: ints(3, 4) }))).toEqual([[3, 4]]);
  });
});

describe('matrices', () => {
  const sparse = (format: 'csr' | 'csc' | 'coo', minor: NdArray, major: NdArray) =>
    new SparseMatrix(format, [2, 3], floats([1, 2, 3]), minor, major);

  it('fills sparse ones of each format with zeros', () => {
    const model = estimator('Lasso', {
      csr: sparse('csr', ints(0, 2, 1), ints(0, 2, 3)),
      csc: sparse('csc', ints(0, 1, 0), ints(0, 1, 2, 3)),
      coo: sparse('coo', ints(0, 1, 2), ints(0, 1, 0)),
    });
    expect(matrix(model, 'csr').data).toEqual(Float64Array.of(1, 0, 2, 0, 3, 0));
    expect(matrix(model, 'csc').data).toEqual(Float64Array.of(1, 0, 3, 0, 2, 0));
    expect(matrix(model, 'coo').data).toEqual(Float64Array.of(1, 0, 3, 0, 2, 0));
  });

  it('refuses a sparse one that would not fit into memory', () => {
    const huge = new SparseMatrix('coo', [1e6, 1e6], floats([1]), ints(0), ints(0));
    expect(() => matrix(estimator('Lasso', { coef_: huge }), 'coef_')).toThrow(
      'Lasso: coef_ is <sparse matrix>',
    );
  });

  it.each([
    ['overlap', ints(0, 3, 0)],
    ['begin below zero', ints(-(2 ** 31), 2, 3)],
  ])('refuses a sparse one whose lines %s', (_, indptr) => {
    const model = estimator('Lasso', { coef_: sparse('csr', ints(0, 2, 1), indptr) });
    expect(() => matrix(model, 'coef_')).toThrow('a sparse matrix in the file is damaged');
  });

  it('takes a three-dimensional array apart', () => {
    const cube = new NdArray({ kind: 'f', itemsize: 8 }, [2, 1, 2], Float64Array.of(1, 2, 3, 4));
    expect(matrices(estimator('QDA', { cube }), 'cube').map(({ data }) => Array.from(data))).toEqual([[1, 2], [3, 4]]); // prettier-ignore
  });
});

describe('options', () => {
  it('refuses a value that is not honoured, by name', () => {
    const model = estimator('SVC', { kernel: new PyFunction('numpy.dot'), gamma: 'auto' });
    expect(() => requireOption(model, 'kernel', ['rbf'])).toThrow(
      'SVC: kernel <function numpy.dot> cannot be evaluated; export to ONNX instead',
    );
    expect(requireOption(model, 'gamma', ['scale', 'auto'])).toBe('auto');
  });

  it('falls back only where the version did not know the option', () => {
    const model = estimator('SVC', { link: null });
    expect(requireOption(model, 'shape', ['ovr', 'ovo'], 'ovr')).toBe('ovr');
    expect(() => requireOption(model, 'link', ['log'], 'log')).toThrow('SVC: link None cannot be evaluated');
  });
});

describe('features', () => {
  it('are counted and named where the file tells', () => {
    const model = estimator('Ridge', { n_features_in_: 2, feature_names_in_: objects('age', 'bmi') });
    expect(nFeaturesIn(model)).toBe(2);
    expect(featureNames(model)).toEqual(['age', 'bmi']);
    expect(nFeaturesIn(estimator('Ridge', {}), () => 5)).toBe(5);
    expect(featureNames(estimator('Ridge', {}))).toBeUndefined();
  });
});
