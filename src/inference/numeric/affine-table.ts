import type { Matrix, Table } from '../tabular/evaluator.js';
import { affine, newMatrix, numbersOf } from './numeric.js';

/**
 * x · weightsᵀ + bias for rows that are dense or sparse.
 * @param weights one row an output
 * @param bias one value an output, or a single one for all
 */
export function affineTable(x: Table, weights: Matrix, bias: Float64Array): Matrix {
  if (x.sparse === undefined || x.columns !== weights.columns)
    return affine(numbersOf(x, weights.columns), x.rows, weights, bias);
  const { starts, indices, values } = x.sparse;
  const { rows: outputs, columns, data } = weights;
  const out = newMatrix(x.rows, outputs);
  const step = bias.length === 1 ? 0 : 1;
  for (let k = 0; k < outputs; k++) {
    const w = k * columns;
    for (let i = 0; i < x.rows; i++) {
      let sum = 0;
      for (let e = starts[i]; e < starts[i + 1]; e++) sum += values[e] * data[w + indices[e]];
      out.data[i * outputs + k] = sum + bias[k * step];
    }
  }
  return out;
}
