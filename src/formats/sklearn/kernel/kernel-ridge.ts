import { newMatrix, numbersOf } from '../../../inference/numeric/numeric.js';
import type { EvaluatorFactory } from '../../pickle/library.js';
import { attribute, checkSize, matrix, vector } from '../../pickle/attributes.js';
import { pairwiseKernel } from '../decomposition/kernels.js';
import { NdArray } from '../../pickle/values.js';

/** sklearn.kernel_ridge.KernelRidge: the kernels of a row and the training rows, times dual_coef_. */
export const kernelRidge: EvaluatorFactory = (estimator) => {
  const samples = matrix(estimator, 'X_fit_');
  const value = attribute(estimator, 'dual_coef_');
  const isMatrix = value instanceof NdArray && value.shape.length === 2;
  const dual = isMatrix ? matrix(estimator, 'dual_coef_').data : vector(estimator, 'dual_coef_');
  const targets = isMatrix ? value.shape[1] : 1;
  checkSize(estimator, 'dual_coef_', dual.length, samples.rows * targets);
  const n = samples.columns;
  const kernel = pairwiseKernel(estimator, n);
  return {
    nFeatures: n,
    nOutputs: targets,
    predict: (x) => {
      const numbers = numbersOf(x, n);
      const out = newMatrix(x.rows, targets);
      for (let i = 0; i < x.rows; i++) {
        for (let s = 0; s < samples.rows; s++) {
          const k = kernel(numbers, i * n, samples.data, s * n, n);
          for (let t = 0; t < targets; t++) out.data[i * targets + t] += k * dual[s * targets + t];
        }
      }
      return out;
    },
  };
};
