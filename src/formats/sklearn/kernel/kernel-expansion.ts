import type { Matrix } from '../../../inference/tabular/evaluator.js';
import { newMatrix } from '../../../inference/numeric/numeric.js';
import type { Kernel } from '../decomposition/kernels.js';
import { attribute, checkSize, matrix, vector } from '../../pickle/attributes.js';
import { NdArray, type PyObject } from '../../pickle/values.js';

/** The kernels of a row and the training rows, weighted for each target. */
export interface KernelExpansion {
  readonly targets: number;
  /** @param numbers row-major, rows × features; returns rows × targets */
  sums(numbers: Float64Array, rows: number, kernel: Kernel): Matrix;
}

/** @param weights name of the attribute with a weight for each sample, or one for each sample and target */
export function kernelExpansion(estimator: PyObject, samples: Matrix, weights: string): KernelExpansion {
  const value = attribute(estimator, weights);
  const isMatrix = value instanceof NdArray && value.shape.length === 2;
  const dual = isMatrix ? matrix(estimator, weights).data : vector(estimator, weights);
  const targets = isMatrix ? value.shape[1] : 1;
  checkSize(estimator, weights, dual.length, samples.rows * targets);
  const n = samples.columns;
  return {
    targets,
    sums: (numbers, rows, kernel) => {
      const out = newMatrix(rows, targets);
      for (let i = 0; i < rows; i++) {
        for (let s = 0; s < samples.rows; s++) {
          const k = kernel(numbers, i * n, samples.data, s * n, n);
          for (let t = 0; t < targets; t++) out.data[i * targets + t] += k * dual[s * targets + t];
        }
      }
      return out;
    },
  };
}
