/** Support vectors of a machine that was fitted on a sparse matrix (text), kept sparse. */
import type { SparseRows, Table } from '../../../inference/tabular/evaluator.js';
import { numbersOf } from '../../../inference/numeric/numeric.js';
import { sparseRowsOf } from '../../../inference/tabular/sparse.js';
import { checkColumns } from '../../../inference/tabular/tables.js';
import { attribute } from '../../pickle/attributes.js';
import { csrRows } from '../../pickle/conversions.js';
import { SparseMatrix, type PyObject } from '../../pickle/values.js';
import { kernelOfProducts } from './kernels.js';

/** What a machine computes of its support vectors. */
export interface Support {
  readonly nFeatures: number;
  readonly vectors: number;
  /** Writes the kernel of row `row` and every support vector to `out`. */
  readonly kernelRow: (x: Table, row: number, out: Float64Array) => void;
  /** Rows of sparse tables are not made dense. */
  readonly takesSparse?: boolean;
}

/** Undefined where the support vectors are dense. */
export function sparseSupport(estimator: PyObject): Support | undefined {
  const value = attribute(estimator, 'support_vectors_');
  if (!(value instanceof SparseMatrix) || value.format !== 'csr') return undefined;
  const rows = csrRows(value);
  const [vectors, nFeatures] = value.shape;
  if (rows === undefined || vectors === 0 || nFeatures > MOST_COLUMNS) return undefined;
  const kernel = kernelOfProducts(estimator);
  const postings = byColumn(rows, nFeatures);
  const lengths = squares(rows);
  let last: { of: Table; sparse: SparseRows; lengths: Float64Array } | undefined;
  return {
    nFeatures,
    vectors,
    takesSparse: true,
    kernelRow: (x, row, out) => {
      if (last?.of !== x) {
        if (x.sparse === undefined) numbersOf(x, nFeatures);
        else checkColumns(x, nFeatures);
        const sparse = sparseRowsOf(x);
        last = { of: x, sparse, lengths: squares(sparse) };
      }
      const { starts, indices, values } = last.sparse;
      out.fill(0);
      for (let k = starts[row]; k < starts[row + 1]; k++) {
        const value = values[k];
        const end = postings.starts[indices[k] + 1];
        for (let p = postings.starts[indices[k]]; p < end; p++)
          out[postings.indices[p]] += value * postings.values[p];
      }
      for (let v = 0; v < vectors; v++) out[v] = kernel(out[v], last.lengths[row], lengths[v]);
      if (row === x.rows - 1) last = undefined;
    },
  };
}

const MOST_COLUMNS = 2 ** 21;

/** The same entries by column: which rows have one, and its value. */
function byColumn({ starts, indices, values }: SparseRows, columns: number): SparseRows {
  const ends = new Int32Array(columns + 1);
  for (const column of indices) ends[column + 1]++;
  for (let j = 0; j < columns; j++) ends[j + 1] += ends[j];
  const next = ends.slice();
  const rows = new Int32Array(indices.length);
  const turned = new Float64Array(values.length);
  for (let i = 0; i + 1 < starts.length; i++) {
    for (let k = starts[i]; k < starts[i + 1]; k++) {
      const at = next[indices[k]]++;
      rows[at] = i;
      turned[at] = values[k];
    }
  }
  return { starts: ends, indices: rows, values: turned };
}

function squares({ starts, values }: SparseRows): Float64Array {
  const out = new Float64Array(starts.length - 1);
  for (let i = 0; i < out.length; i++) {
    for (let k = starts[i]; k < starts[i + 1]; k++) out[i] += values[k] * values[k];
  }
  return out;
}
