import { matrix, vector } from '../../pickle/attributes.js';
import type { EvaluatorFactory } from '../../pickle/library.js';
import { dot } from '../../../inference/numeric/numeric.js';
import { project } from './projection.js';

/** sklearn.decomposition.FactorAnalysis: the mean of the latent variables, (I + W Ψ⁻¹ Wᵀ)⁻¹ W Ψ⁻¹ (x - mean). */
export const factorAnalysis: EvaluatorFactory = (estimator) => {
  const loadings = matrix(estimator, 'components_');
  const { rows, columns, data } = loadings;
  const noise = vector(estimator, 'noise_variance_', columns);
  const weighted = data.map((value, k) => value / noise[k % columns]);
  const precision = new Float64Array(rows * rows);
  for (let a = 0; a < rows; a++) {
    for (let b = 0; b < rows; b++) {
      precision[a * rows + b] = (a === b ? 1 : 0) + dot(weighted, a * columns, data, b * columns, columns);
    }
  }
  const projection = { rows, columns, data: solve(precision, weighted, rows, columns) };
  return project(estimator, projection, vector(estimator, 'mean_', columns));
};

/** A⁻¹ B of a symmetric positive definite A (n × n) and B (n × m), by Gauss-Jordan elimination. */
function solve(a: Float64Array, b: Float64Array, n: number, m: number): Float64Array {
  const left = a.slice();
  const right = b.slice();
  const eliminate = (
    values: Float64Array,
    width: number,
    target: number,
    pivot: number,
    factor: number,
  ): void => {
    for (let k = 0; k < width; k++) values[target * width + k] -= factor * values[pivot * width + k];
  };
  for (let pivot = 0; pivot < n; pivot++) {
    const diagonal = left[pivot * n + pivot];
    for (let k = 0; k < n; k++) left[pivot * n + k] /= diagonal;
    for (let k = 0; k < m; k++) right[pivot * m + k] /= diagonal;
    for (let row = 0; row < n; row++) {
      if (row === pivot) continue;
      const factor = left[row * n + pivot];
      eliminate(left, n, row, pivot, factor);
      eliminate(right, m, row, pivot, factor);
    }
  }
  return right;
}
