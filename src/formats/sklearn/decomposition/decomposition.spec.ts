import { describe, expect, it } from 'vitest';
import { NdArray } from '../../pickle/values.js';
import { estimator, evaluatorOf, floats, transformed } from '../../../../test/support/sklearn.js';

describe('projections', () => {
  const components = { components_: floats([[3, 4], [4, -3]]) }; // prettier-ignore

  it('PCA projects about the mean, and whitens where told to', () => {
    const fitted = { ...components, mean_: floats([1, 1]), explained_variance_: floats([4, 0.25]) };
    expect(transformed(evaluatorOf('PCA', { ...fitted, whiten: false }), [2, 3])).toEqual([[11, -2]]);
    const [[first, second]] = transformed(evaluatorOf('PCA', { ...fitted, whiten: true }), [2, 3]);
    expect([first, second]).toEqual([5.5, -4]);
  });

  it('PCA refuses to whiten a component without variance', () => {
    const fitted = {
      components_: floats([
        [1, 0],
        [0, 1],
      ]),
      mean_: floats([0, 0]),
      explained_variance_: floats([4, 1e-30]),
    };
    expect(() => evaluatorOf('PCA', { ...fitted, whiten: true })).toThrow(
      'PCA: component 1 has no variance, and whitened it is rounding noise; fit with 1 components',
    );
  });

  it('PCA fitted in float32 whitens by roots in float32', () => {
    const variance = new NdArray({ kind: 'f', itemsize: 4 }, [2], Float32Array.of(2, 0));
    const fitted = { ...components, mean_: floats([1, 1]), explained_variance_: variance, whiten: true };
    expect(transformed(evaluatorOf('PCA', fitted), [2, 3])).toEqual([
      [11 / Math.fround(Math.SQRT2), -2 * 2 ** 23],
    ]);
  });

  it('TruncatedSVD and FastICA without whitening leave the mean alone', () => {
    expect(transformed(evaluatorOf('TruncatedSVD', components), [2, 3])).toEqual([[18, -1]]);
    const ica = { ...components, mean_: floats([1, 1]) };
    expect(transformed(evaluatorOf('FastICA', { ...ica, whiten: false }), [2, 3])).toEqual([[18, -1]]);
    expect(transformed(evaluatorOf('FastICA', { ...ica, whiten: 'unit-variance' }), [2, 3])).toEqual([
      [11, -2],
    ]);
  });

  it('FactorAnalysis shrinks by the noise', () => {
    const fitted = { components_: floats([[2, 0], [0, 3]]), noise_variance_: floats([4, 9]), mean_: floats([0, 0]) }; // prettier-ignore
    expect(transformed(evaluatorOf('FactorAnalysis', fitted), [4, 6])).toEqual([[1, 1]]);
  });
});

describe('kernel maps', () => {
  it('Nystroem takes parameters from options and kernel_params, else those of the kernel', () => {
    const fitted = { components_: floats([[1, 2]]), normalization_: floats([[2]]), kernel_params: null };
    const of = (options: object) =>
      transformed(evaluatorOf('Nystroem', { ...fitted, ...options }), [3, 4])[0][0];
    expect(of({ kernel: 'linear' })).toBe(22);
    expect(of({ kernel: 'poly', degree: 2, gamma: 1, coef0: 0 })).toBe(242);
    expect(of({ kernel: 'rbf' })).toBe(2 * Math.exp(-4));
    expect(of({ kernel: 'laplacian', gamma: 0.25 })).toBe(2 * Math.exp(-1));
    expect(() => of({ kernel: 'precomputed' })).toThrow('Nystroem: kernel "precomputed" cannot be evaluated');
  });

  it('KernelPCA centres, and leaves out directions of no length', () => {
    const fitted = {
      kernel: 'linear',
      X_fit_: floats([[1], [3]]),
      eigenvalues_: floats([4, 0]),
      eigenvectors_: floats([[1, 1], [0, 0]]), // prettier-ignore
      _centerer: estimator('KernelCenterer', { K_fit_rows_: floats([2, 6]), K_fit_all_: 4 }),
    };
    // Kernels of 5 are 5 and 15, less their mean 10 and the fitted means, plus the grand mean: -3 and 3.
    expect(transformed(evaluatorOf('KernelPCA', fitted), [5])).toEqual([[-1.5, 0]]);
  });
});
