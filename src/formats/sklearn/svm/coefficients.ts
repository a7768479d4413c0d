/** coef_ of a support vector machine with a linear kernel, which scikit-learn computes from the support vectors. */
import { indices, matrix, optional } from '../../pickle/attributes.js';
import type { Matrix } from '../../../inference/tabular/evaluator.js';
import type { PyObject } from '../../pickle/values.js';

/** One row per target or pair of classes; undefined for other kernels. */
export function linearSvmCoefficients(estimator: PyObject): Matrix | undefined {
  if (optional(estimator, 'kernel') !== 'linear') return undefined;
  const vectors = matrix(estimator, 'support_vectors_');
  const dual = matrix(estimator, 'dual_coef_', vectors.rows);
  const add = (row: Float64Array, dualRow: number, from: number, to: number): void => {
    for (let v = from; v < to; v++) {
      const factor = dual.data[dualRow * dual.columns + v];
      for (let j = 0; j < row.length; j++) row[j] += factor * vectors.data[v * vectors.columns + j];
    }
  };
  const rows: Float64Array[] = [];
  const newRow = (): Float64Array => rows[rows.push(new Float64Array(vectors.columns)) - 1];
  if (dual.rows === 1) {
    add(newRow(), 0, 0, vectors.rows);
  } else {
    const counts = indices(estimator, '_n_support');
    const ends = counts.map((_, k) => counts.subarray(0, k + 1).reduce((sum, count) => sum + count, 0));
    for (let a = 0; a < counts.length; a++) {
      for (let b = a + 1; b < counts.length; b++) {
        const row = newRow();
        add(row, b - 1, ends[a] - counts[a], ends[a]);
        add(row, a, ends[b] - counts[b], ends[b]);
      }
    }
  }
  const data = new Float64Array(rows.length * vectors.columns);
  rows.forEach((row, k) => data.set(row, k * vectors.columns));
  return { rows: rows.length, columns: vectors.columns, data };
}
