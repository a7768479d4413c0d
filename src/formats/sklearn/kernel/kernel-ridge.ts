import { numbersOf } from '../../../inference/numeric/numeric.js';
import type { EvaluatorFactory } from '../../pickle/library.js';
import { matrix } from '../../pickle/attributes.js';
import { pairwiseKernel } from '../decomposition/kernels.js';
import { kernelExpansion } from './kernel-expansion.js';

/** sklearn.kernel_ridge.KernelRidge: the kernels of a row and the training rows, times dual_coef_. */
export const kernelRidge: EvaluatorFactory = (estimator) => {
  const samples = matrix(estimator, 'X_fit_');
  const n = samples.columns;
  const { targets, sums } = kernelExpansion(estimator, samples, 'dual_coef_');
  const kernel = pairwiseKernel(estimator, n);
  return {
    nFeatures: n,
    nOutputs: targets,
    predict: (x) => sums(numbersOf(x, n), x.rows, kernel),
  };
};
