import type { Table } from './evaluator.js';
import { sparseTable } from './sparse.js';

export type RowNorm = 'l1' | 'l2' | 'max';

/** The rows of a sparse table divided by their norm (scikit-learn's `normalize`); a row of zeros stays one. */
export function normaliseRows(x: Table, norm: RowNorm): Table {
  const { starts, indices, values } = x.sparse!;
  const out = new Float64Array(values.length);
  for (let i = 0; i < x.rows; i++) {
    let length = 0;
    for (let k = starts[i]; k < starts[i + 1]; k++) {
      const size = Math.abs(values[k]);
      if (norm === 'max') length = Math.max(length, size);
      else length += norm === 'l1' ? size : size * size;
    }
    if (norm === 'l2') length = Math.sqrt(length);
    for (let k = starts[i]; k < starts[i + 1]; k++) out[k] = length === 0 ? values[k] : values[k] / length;
  }
  return sparseTable(x.columns, { starts, indices, values: out });
}
