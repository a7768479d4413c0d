import { newMatrix, numbersOf } from '../../../inference/numeric/numeric.js';
import type { EvaluatorFactory } from '../../pickle/library.js';
import { checkSize, matrix, toMatrix, attribute, refuse } from '../../pickle/attributes.js';
import { pairwiseKernel } from '../decomposition/kernels.js';
import { NdArray } from '../../pickle/values.js';

/** sklearn.kernel_ridge.KernelRidge: the kernels of a row and the training rows, times dual_coef_. */
export const kernelRidge: EvaluatorFactory = (estimator) => {
  const samples = matrix(estimator, 'X_fit_');
  const value = attribute(estimator, 'dual_coef_');
  const dual = toMatrix(value) ?? refuse(estimator, 'a damaged dual_coef_');
  const targets = value instanceof NdArray && value.shape.length === 2 ? dual.columns : 1;
  checkSize(estimator, 'dual_coef_', dual.data.length, samples.rows * targets);
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
          for (let t = 0; t < targets; t++) out.data[i * targets + t] += k * dual.data[s * targets + t];
        }
      }
      return out;
    },
  };
};
