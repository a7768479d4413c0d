/** Sparse tables for evaluators that need dense ones: a few rows at a time, so that memory does not grow with the batch. */
import { ModelInputError } from '../model.js';
import type { Matrix, Prediction, Table } from './evaluator.js';
import { joinSparseRows, sparseTable } from './sparse.js';

/** Cells that are dense at once: 16 MiB of float64. A row is never divided. */
const BLOCK_CELLS = 2 ** 21;

/**
 * What the method gives for all rows of a sparse table, asked block by block.
 * @throws whatever the method throws; the row of a ModelInputError is that of the whole table
 */
export function inBlocks<T extends Table | Matrix | Prediction>(x: Table, method: (x: Table) => T): T {
  const size = Math.max(1, Math.floor(BLOCK_CELLS / x.columns));
  if (x.rows <= size) return method(x);
  const parts: T[] = [];
  for (let from = 0; from < x.rows; from += size) {
    try {
      parts.push(method(sliceRows(x, from, Math.min(from + size, x.rows))));
    } catch (error) {
      if (!(error instanceof ModelInputError) || error.row === undefined) throw error;
      throw new ModelInputError(error.message, error.row + from, error.feature);
    }
  }
  return stacked(parts, x.rows);
}

/** The rows from `from` up to `to` of a sparse table. */
function sliceRows({ columns, sparse }: Table, from: number, to: number): Table {
  const { starts, indices, values } = sparse!;
  return sparseTable(columns, {
    starts: starts.slice(from, to + 1).map((start) => start - starts[from]),
    indices: indices.subarray(starts[from], starts[to]),
    values: values.subarray(starts[from], starts[to]),
  });
}

function stacked<T extends Table | Matrix | Prediction>(parts: readonly T[], rows: number): T {
  const [first] = parts;
  const { columns } = first;
  if ('numbers' in first) return stackedTables(parts as unknown as Table[], rows, columns) as T;
  const answers = parts as readonly (Matrix | Prediction)[];
  const data = answers.every((part) => part.data instanceof Float64Array)
    ? joined(answers.map((part) => part.data as Float64Array))
    : answers.flatMap((part) => [...part.data]);
  return { rows, columns, data } as T;
}

function stackedTables(parts: readonly Table[], rows: number, columns: number): Table {
  if (parts.every(({ sparse }) => sparse !== undefined)) {
    return sparseTable(columns, joinSparseRows(parts.map(({ sparse }) => sparse!)));
  }
  const { zerosAbsent } = parts[0];
  return {
    rows,
    columns,
    numbers: joined(parts.map((part) => part.numbers)),
    ...(zerosAbsent && { zerosAbsent }),
  };
}

function joined(parts: readonly Float64Array[]): Float64Array {
  const out = new Float64Array(parts.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const part of parts) {
    out.set(part, offset);
    offset += part.length;
  }
  return out;
}
