import { ModelFileError } from '../../inference/model.js';
import { cellError, checkColumns } from '../../inference/tabular/tables.js';
import type { Table } from '../../inference/tabular/evaluator.js';
import type { Head } from './head.js';
import type { LightgbmModel } from './lightgbm-model.js';
import type { Category, Tail } from './tail.js';

/** Categorical columns of a pandas data frame. The model was trained on positions in these lists. */
export type CategoryColumns = ReadonlyMap<number, readonly Category[]>;

/**
 * The categories of each column. The file has one list per column without the column's number; the numbers are those of
 * features declared as categorical.
 * @throws ModelFileError if the lists cannot be assigned to columns
 */
export function categoryColumns(
  { head, tail }: LightgbmModel,
  lists: Tail['pandasCategorical'],
): CategoryColumns {
  if (lists === undefined || lists.length === 0) return new Map();
  const features = categoricalFeatures(head, tail);
  if (features.length !== lists.length) {
    throw new ModelFileError(
      `the model was trained on a data frame with ${lists.length} columns of categories, but declares ${features.length} ` +
        'features as categories, so it is not known which is which; replace ordered categories by their codes before training',
    );
  }
  return new Map(features.map((feature, k) => [feature, lists[k]]));
}

function categoricalFeatures(
  { infos, nFeatures, names }: Head,
  { categoricalFeatures: declared = [] }: Tail,
): number[] {
  const found = new Set(declared);
  infos.forEach(({ categorical }, feature) => {
    if (categorical) found.add(feature);
  });
  const features = [...found].sort((a, b) => a - b);
  const outside = features.find((feature) => feature >= nFeatures);
  if (outside !== undefined)
    throw new ModelFileError(`categorical_feature names feature ${outside} of ${names.length}`);
  return features;
}

/** Whether values of these categories are text; numbers and booleans are numbers. */
export function areText(categories: readonly Category[]): boolean {
  return categories.some((category) => typeof category === 'string');
}

/**
 * Replaces values of categorical columns by the positions of their categories. Unknown ones are missing, as in pandas.
 */
export class CategoryCoder {
  private readonly codes: ReadonlyMap<number, ReadonlyMap<string | number, number>>;

  constructor(
    columns: CategoryColumns,
    private readonly nFeatures: number,
  ) {
    this.codes = new Map([...columns].map(([column, categories]) => [column, codesOf(categories)]));
  }

  /** @throws ModelInputError if a column of numbers contains text */
  numbersOf(x: Table): Float64Array {
    checkColumns(x, this.nFeatures);
    for (const [column, values] of x.text ?? []) {
      const row = this.codes.has(column) ? -1 : values.findIndex((value) => value !== null);
      if (row >= 0)
        throw cellError(row, column, `is ${JSON.stringify(values[row])}, where a number is expected`);
    }
    const numbers = x.numbers.slice();
    for (const [column, codes] of this.codes) {
      const text = x.text?.get(column);
      for (let i = 0, at = column; i < x.rows; i++, at += x.columns) {
        numbers[at] = codes.get(text?.[i] ?? x.numbers[at]) ?? NaN;
      }
    }
    return numbers;
  }
}

function codesOf(categories: readonly Category[]): Map<string | number, number> {
  const text = areText(categories);
  return new Map(categories.map((category, code) => [text ? String(category) : Number(category), code]));
}
