/** Maps through a kernel: sklearn.decomposition.KernelPCA and sklearn.kernel_approximation.Nystroem. */
import { childObject, has, matrix, number, vector } from '../../pickle/attributes.js';
import type { Evaluator, Matrix } from '../../../inference/tabular/evaluator.js';
import type { EvaluatorFactory } from '../../pickle/library.js';
import { numericTransformer } from '../preprocessing/transformer.js';
import type { PyObject } from '../../pickle/values.js';
import { pairwiseKernel } from './kernels.js';

/** Kernels against components_, times normalization_. */
export const nystroem: EvaluatorFactory = (estimator) => {
  const basis = matrix(estimator, 'components_');
  const weights = matrix(estimator, 'normalization_', basis.rows);
  return throughKernel(estimator, basis, weights, () => undefined);
};

/** Centred kernels against X_fit_, times the eigenvectors scaled to unit length in the kernel's space. */
export const kernelPca: EvaluatorFactory = (estimator) => {
  const basis = matrix(estimator, 'X_fit_');
  const eigenvalues = vector(estimator, has(estimator, 'eigenvalues_') ? 'eigenvalues_' : 'lambdas_');
  const eigenvectors = matrix(
    estimator,
    has(estimator, 'eigenvectors_') ? 'eigenvectors_' : 'alphas_',
    eigenvalues.length,
    basis.rows,
  );
  const weights = {
    rows: eigenvalues.length,
    columns: basis.rows,
    data: new Float64Array(eigenvalues.length * basis.rows),
  };
  eigenvalues.forEach((value, k) => {
    if (value === 0) return;
    for (let i = 0; i < basis.rows; i++) {
      weights.data[k * basis.rows + i] = eigenvectors.data[i * eigenvalues.length + k] / Math.sqrt(value);
    }
  });
  const centerer = childObject(estimator, '_centerer');
  const columnMeans = vector(centerer, 'K_fit_rows_', basis.rows);
  const grandMean = number(centerer, 'K_fit_all_');
  return throughKernel(estimator, basis, weights, (kernels) => {
    const rowMean = kernels.reduce((sum, value) => sum + value, 0) / kernels.length;
    for (let i = 0; i < kernels.length; i++) kernels[i] += grandMean - columnMeans[i] - rowMean;
  });
};

function throughKernel(
  estimator: PyObject,
  basis: Matrix,
  weights: Matrix,
  centre: (kernels: Float64Array) => void,
): Evaluator {
  const nFeatures = basis.columns;
  const kernel = pairwiseKernel(estimator, nFeatures);
  return numericTransformer(estimator, { nFeatures, nOutputs: weights.rows }, (x, out, rows) => {
    const kernels = new Float64Array(basis.rows);
    for (let i = 0; i < rows; i++) {
      for (let b = 0; b < basis.rows; b++) {
        kernels[b] = kernel(x, i * nFeatures, basis.data, b * nFeatures, nFeatures);
      }
      centre(kernels);
      for (let k = 0; k < weights.rows; k++) {
        let sum = 0;
        for (let b = 0; b < basis.rows; b++) sum += kernels[b] * weights.data[k * basis.rows + b];
        out[i * weights.rows + k] = sum;
      }
    }
  });
}
