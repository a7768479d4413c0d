/** Rows for a booster: categories as codes, missing values as NaN. */
import type { Evaluator, Table } from '../../inference/tabular/evaluator.js';
import { cellError, checkColumns, sumIsFinite } from '../../inference/tabular/tables.js';
import { densify } from '../../inference/tabular/sparse.js';
import type { Learner } from './learner.js';

type Codes = ReadonlyMap<string | number, number>;

/** What of the rows' columns a booster's file tells. */
export type Columns = Pick<
  Evaluator,
  'nFeatures' | 'featureNames' | 'textColumns' | 'numberCategories' | 'acceptsMissing'
>;

export function columnsOf({ nFeatures, featureNames, categories }: Learner): Columns {
  const textColumns = new Map<number, readonly string[]>();
  const numberCategories = new Map<number, readonly number[]>();
  categories?.forEach((names, column) => {
    if (typeof names?.[0] === 'string') textColumns.set(column, names as readonly string[]);
    else if (names !== undefined) numberCategories.set(column, names as readonly number[]);
  });
  return {
    nFeatures,
    acceptsMissing: true,
    ...(featureNames && { featureNames }),
    ...(textColumns.size > 0 && { textColumns }),
    ...(numberCategories.size > 0 && { numberCategories }),
  };
}

/**
 * Makes the function that turns a table into numbers for the booster.
 * @param missing a number that counts as missing, beside NaN
 * @throws ModelInputError from the function, for categories that are not known and values that float32 cannot hold
 */
export function rowsReader(learner: Learner, missing: number): (x: Table) => Float64Array {
  const codes = new Map<number, Codes>();
  learner.categories?.forEach((names, column) => {
    if (names !== undefined) codes.set(column, new Map(names.map((name, code) => [name, code])));
  });
  const { nFeatures } = learner;
  return (x) => {
    checkColumns(x, nFeatures);
    const given = x.zerosAbsent ? withoutAbsent(x) : x.numbers;
    let numbers = given;
    if (codes.size > 0 || (!Number.isNaN(missing) && numbers.some((v) => Math.fround(v) === missing)))
      numbers = numbers.slice();
    if (numbers !== given) {
      for (let k = 0; k < numbers.length; k++) if (Math.fround(numbers[k]) === missing) numbers[k] = NaN;
      for (const [column, known] of codes) encode(x, column, known, numbers);
    }
    if (!sumIsFinite(numbers)) refuseInfinite(numbers, x.columns);
    return numbers;
  };
}

function encode(x: Table, column: number, codes: Codes, numbers: Float64Array): void {
  const text = x.text?.get(column);
  for (let i = 0, k = column; i < x.rows; i++, k += x.columns) {
    const value = text === undefined ? numbers[k] : text[i];
    if (value === null || Number.isNaN(value)) continue;
    const code = codes.get(value);
    if (code === undefined) throw cellError(i, column, 'is not one of the categories of the model');
    numbers[k] = code;
  }
}

/** The cells of a sparse matrix; those that are absent from it count as missing. */
function withoutAbsent(x: Table): Float64Array {
  return x.sparse === undefined ? x.numbers.map((value) => (value === 0 ? NaN : value)) : densify(x, NaN);
}

/** XGBoost compares in float32. @throws ModelInputError naming the first value that overflows float32 */
function refuseInfinite(numbers: Float64Array, columns: number): void {
  for (let k = 0; k < numbers.length; k++) {
    if (Math.abs(Math.fround(numbers[k])) === Infinity)
      throw cellError(Math.floor(k / columns), k % columns, 'is too large for the model (float32)');
  }
}

/** Values of predictions, as evaluators give them. */
export function matrixOf({ rows, columns, data }: { rows: number; columns: number; data: Float32Array }) {
  return { rows, columns, data: Float64Array.from(data) };
}
