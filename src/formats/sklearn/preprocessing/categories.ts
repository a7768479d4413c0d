/** The categories that an encoder was fitted with, one list a column, and the look-up of values among them. */
import {
  attribute,
  listItems,
  refuse,
  scalar,
  show,
  toItems,
  toLabels,
  toVector,
} from '../../pickle/attributes.js';
import type { Evaluator, Table } from '../../../inference/tabular/evaluator.js';
import { cellError } from '../../../inference/tabular/tables.js';
import type { PyObject, PyValue } from '../../pickle/values.js';

/** The code of a value that is not a category of the column. */
export const UNKNOWN = -1;

/** The categories of one column. Their codes are their positions. */
export class Categories {
  readonly size: number;
  /** Text categories in order; empty where all are numbers. */
  readonly text: readonly string[];
  /** The code of None or NaN, where that is a category, else UNKNOWN. NaN goes before None where both are. */
  readonly missing: number;
  private readonly codes = new Map<string | number, number>();

  /** @throws ModelFileError for a category that is neither text, number, boolean nor missing */
  constructor(estimator: PyObject, values: PyValue) {
    const beyond = toLabels(values)?.find((label) => typeof label === 'bigint');
    // A table's numbers are float64, in which they are not told apart.
    if (beyond !== undefined) refuse(estimator, `the category ${beyond}, a whole number beyond 2^53,`);
    const items: readonly PyValue[] =
      toItems(values) ?? Array.from(toVector(values) ?? refuse(estimator, `categories_ of ${show(values)}`));
    let missing = UNKNOWN;
    items.forEach((item, code) => {
      const key = typeof item === 'string' ? item : scalar(item);
      if (item === null || Number.isNaN(key)) {
        if (item !== null || missing === UNKNOWN) missing = code;
      } else if (key === undefined) {
        refuse(estimator, `the category ${show(item)}`);
      } else {
        this.codes.set(key, code);
      }
    });
    this.missing = missing;
    this.size = items.length;
    this.text = items.filter((item) => typeof item === 'string');
  }

  /** Writes the codes of column `j` of x to `codes`, UNKNOWN for other values. */
  encode(x: Table, j: number, codes: Int32Array): void {
    const text = x.text?.get(j);
    for (let i = 0; i < x.rows; i++) {
      const value = text === undefined ? x.numbers[i * x.columns + j] : text[i];
      const isMissing = value === null || Number.isNaN(value);
      codes[i] = isMissing ? this.missing : (this.codes.get(value) ?? UNKNOWN);
    }
  }
}

/** categories_, one a column. */
export function categoriesOf(estimator: PyObject): Categories[] {
  const lists = listItems(attribute(estimator, 'categories_'));
  if (lists === undefined) refuse(estimator, 'categories_ other than a list of arrays');
  return lists.map((values) => new Categories(estimator, values));
}

/** The text columns among them. */
export function textColumnsOf(categories: readonly Categories[]): Map<number, readonly string[]> {
  const columns = new Map<number, readonly string[]>();
  categories.forEach(({ text }, j) => {
    if (text.length > 0) columns.set(j, text);
  });
  return columns;
}

/**
 * Where an encoder answers a missing value: in columns of which it is a category, and in the others unless unknown
 * categories are refused.
 * @param takesNaN whether that holds for numbers too; earlier versions took None in columns of text alone
 */
export function missingIn(
  categories: readonly Categories[],
  refusesUnknown: boolean,
  takesNaN: boolean,
): Pick<Evaluator, 'acceptsMissing' | 'missingColumns'> {
  const columns = categories.flatMap(({ missing, text }, j) => {
    const answered = !refusesUnknown || missing !== UNKNOWN;
    return answered && (takesNaN || text.length > 0) ? [j] : [];
  });
  return { acceptsMissing: columns.length > 0, missingColumns: new Set(columns) };
}

/** The error for an unknown category that the model rejects. */
export function unknownCategory(x: Table, row: number, column: number): Error {
  const text = x.text?.get(column);
  const value = text === undefined ? x.numbers[row * x.columns + column] : text[row];
  const isMissing = value === null || Number.isNaN(value);
  return cellError(
    row,
    column,
    isMissing
      ? 'is missing, which is not among the categories that the model was trained on'
      : `is ${show(value)}, a category that the model was not trained on`,
  );
}
