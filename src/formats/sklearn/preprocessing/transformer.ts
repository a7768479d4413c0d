/** What the transformers of numbers have in common. */
import { featureNames } from '../../pickle/attributes.js';
import type { ColumnSource, Evaluator, Table } from '../../../inference/tabular/evaluator.js';
import { numbersOf } from '../../../inference/numeric/numeric.js';
import { mapEntries } from '../../../inference/tabular/sparse.js';
import { checkColumns, tableOf } from '../../../inference/tabular/tables.js';
import type { PyObject } from '../../pickle/values.js';

/** Fills `out` (zeros, `rows` × outputs, row-major) from `x` (`rows` × `columns`). */
export type Fill = (x: Float64Array, out: Float64Array, rows: number, columns: number) => void;

interface Shape {
  readonly nFeatures: number;
  /** Columns given; as many as are taken, unless said otherwise. */
  readonly nOutputs?: number;
  readonly acceptsMissing?: boolean;
  readonly sources?: readonly (ColumnSource | undefined)[];
  /** Maps the table's entries where it is sparse; scikit-learn keeps it sparse. Zero is mapped to zero. */
  readonly sparse?: (x: Table) => Table;
  /** scikit-learn gives a sparse matrix: always, or where it is given one. */
  readonly zerosAbsent?: 'always' | 'kept';
}

/** The evaluator of a transformer from numbers to numbers. */
export function numericTransformer(estimator: PyObject, shape: Shape, fill: Fill): Evaluator {
  const { nFeatures, nOutputs = nFeatures, acceptsMissing = false, sparse, zerosAbsent } = shape;
  const keepsAbsent = sparse !== undefined || zerosAbsent === 'kept';
  const sources =
    shape.sources ?? (nOutputs >= 0 ? new Array<undefined>(nOutputs).fill(undefined) : undefined);
  return {
    nFeatures,
    featureNames: featureNames(estimator),
    acceptsMissing,
    sources,
    takesSparse: sparse !== undefined,
    transform: (x) => {
      if (sparse !== undefined && x.sparse !== undefined) {
        checkColumns(x, nFeatures < 0 ? x.columns : nFeatures);
        return sparse(x);
      }
      const numbers = numbersOf(x, nFeatures < 0 ? x.columns : nFeatures);
      const columns = nOutputs < 0 ? x.columns : nOutputs;
      const out = new Float64Array(x.rows * columns);
      fill(numbers, out, x.rows, x.columns);
      const table = tableOf(x.rows, columns, out);
      return zerosAbsent === 'always' || (keepsAbsent && x.zerosAbsent)
        ? { ...table, zerosAbsent: true }
        : table;
    },
  };
}

/**
 * A transformer that maps each column by itself, cell by cell; NaN stays NaN where missing values are accepted.
 * @param keepsZeros zero is mapped to zero, and scikit-learn keeps a sparse matrix sparse
 */
export function columnwise(
  estimator: PyObject,
  nFeatures: number,
  acceptsMissing: boolean,
  point: (value: number, column: number) => number,
  keepsZeros = false,
): Evaluator {
  const sources = acceptsMissing ? ownColumns(nFeatures, false) : undefined;
  const shape = { nFeatures, acceptsMissing, sources };
  const sparse = { sparse: (x: Table) => mapEntries(x, point) };
  return numericTransformer(estimator, { ...shape, ...(keepsZeros && sparse) }, (x, out, rows, columns) => {
    for (let i = 0, k = 0; i < rows; i++) {
      for (let j = 0; j < columns; j++, k++) out[k] = point(x[k], j);
    }
  });
}

/** Every output column from the input column of its own position, missing values kept. */
export function ownColumns(columns: number, same: boolean): ColumnSource[] {
  return Array.from({ length: Math.max(columns, 0) }, (_, column) => ({ column, missing: true, same }));
}
