/**
 * Functions that split and join tables, and the errors of one cell.
 *
 * Columns:  takeColumns  joinTables  tableOf Errors:   checkColumns  cellError  relocate  refuseMissing
 */
import { ModelInputError, FeatureCountError } from '../model.js';
import type { Evaluator, Table } from './evaluator.js';
import { joinSparse, takeSparseColumns } from './sparse.js';

/** A table of numbers only. */
export function tableOf(rows: number, columns: number, numbers: Float64Array): Table {
  return { rows, columns, numbers };
}

/** The columns at these positions, in this order. */
export function takeColumns(x: Table, positions: readonly number[] | Int32Array): Table {
  const columns = positions.length;
  if (x.sparse !== undefined) return takeSparseColumns(x, positions);
  const numbers = new Float64Array(x.rows * columns);
  for (let j = 0; j < columns; j++) {
    for (let i = 0, from = positions[j], to = j; i < x.rows; i++, from += x.columns, to += columns) {
      numbers[to] = x.numbers[from];
    }
  }
  const { zerosAbsent } = x;
  if (x.text === undefined) return { rows: x.rows, columns, numbers, ...(zerosAbsent && { zerosAbsent }) };
  const text = new Map<number, readonly (string | null)[]>();
  for (let j = 0; j < columns; j++) {
    const values = x.text.get(positions[j]);
    if (values !== undefined) text.set(j, values);
  }
  return { rows: x.rows, columns, numbers, ...(text.size > 0 && { text }) };
}

/**
 * Tables with the same number of rows, side by side, the numbers of each multiplied by its weight.
 * @param asSparse whether the library makes a sparse matrix of them; default: if one of them is sparse
 */
export function joinTables(
  rows: number,
  parts: readonly Table[],
  weights: readonly number[],
  asSparse = parts.some(({ zerosAbsent }) => zerosAbsent === true),
): Table {
  if (parts.length === 1 && weights[0] === 1 && (parts[0].zerosAbsent ?? false) === asSparse) return parts[0];
  if (asSparse && parts.some(({ sparse }) => sparse !== undefined)) return joinSparse(rows, parts, weights);
  const columns = parts.reduce((sum, part) => sum + part.columns, 0);
  const numbers = new Float64Array(rows * columns);
  const text = new Map<number, readonly (string | null)[]>();
  let offset = 0;
  parts.forEach((part, p) => {
    const weight = weights[p];
    const own = part.numbers;
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < part.columns; j++) {
        numbers[i * columns + offset + j] = own[i * part.columns + j] * weight;
      }
    }
    for (const [j, values] of part.text ?? []) text.set(offset + j, values);
    offset += part.columns;
  });
  return { rows, columns, numbers, ...(text.size > 0 && { text }), ...(asSparse && { zerosAbsent: true }) };
}

/** @throws ModelInputError if the table does not have the model's number of columns */
export function checkColumns(x: Table, nFeatures: number): void {
  if (x.columns !== nFeatures) {
    throw new FeatureCountError(`${x.columns} features were given; the model takes ${nFeatures}`);
  }
}

/** An error of one cell. @param what a predicate: "is missing, which …" */
export function cellError(row: number, column: number, what: string): ModelInputError {
  return new ModelInputError(what, row, column);
}

/**
 * The same error with the column's name, or its position in the caller's table. Other errors are returned unchanged.
 */
export function relocate(error: unknown, placeOf: (column: number) => number | string | undefined): unknown {
  if (!(error instanceof ModelInputError) || typeof error.feature !== 'number') return error;
  const place = placeOf(error.feature);
  return place === undefined ? error : new ModelInputError(error.message, error.row, place);
}

/** True only if no value is missing or infinite. Can be false without one, if the sum of large values overflows. */
export function sumIsFinite(values: Float64Array): boolean {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let i = 0;
  for (; i + 4 <= values.length; i += 4) {
    s0 += values[i];
    s1 += values[i + 1];
    s2 += values[i + 2];
    s3 += values[i + 3];
  }
  for (; i < values.length; i++) s0 += values[i];
  return Number.isFinite(s0) && Number.isFinite(s1) && Number.isFinite(s2) && Number.isFinite(s3);
}

/**
 * Rejects missing and infinite values that a step does not accept.
 * @throws ModelInputError naming the first cell with one
 */
export function refuseMissing(x: Table, evaluator: Evaluator): void {
  const { acceptsMissing, missingColumns, unusedColumns } = evaluator;
  if ((acceptsMissing && missingColumns === undefined) || sumIsFinite(x.sparse?.values ?? x.numbers)) return;
  for (let i = 0, k = 0; i < x.rows; i++) {
    for (let j = 0; j < x.columns; j++, k++) {
      if (Number.isFinite(x.numbers[k])) continue;
      const text = x.text?.get(j);
      if (text !== undefined && text[i] !== null) continue;
      if ((acceptsMissing && missingColumns?.has(j)) || unusedColumns?.has(j)) continue;
      const what = text !== undefined || Number.isNaN(x.numbers[k]) ? 'missing' : 'not finite';
      throw cellError(i, j, `is ${what}, which the model does not accept`);
    }
  }
}
