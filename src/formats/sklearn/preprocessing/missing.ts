/** What counts as missing to an imputer, and the indicator of where it was: sklearn.impute.MissingIndicator. */
import {
  attribute,
  checkSize,
  featureNames,
  flag,
  indices,
  nFeaturesIn,
  number,
  requireOption,
  scalar,
  show,
  refuse,
} from '../../pickle/attributes.js';
import type { EvaluatorFactory } from '../../pickle/library.js';
import type { Table } from '../../../inference/tabular/evaluator.js';
import { cellError, checkColumns, tableOf } from '../../../inference/tabular/tables.js';
import type { PyObject } from '../../pickle/values.js';

/** The value that stands for a missing one. */
export interface MissingValue {
  /** True if missing is NaN or None, as in requests; otherwise a value of the data means missing. */
  readonly isNull: boolean;
  /** True if a text means missing. A column with missing values is then text. */
  readonly isWord: boolean;
  isNumber(value: number): boolean;
  isText(value: string | null): boolean;
}

/** The option `missing_values`. */
export function missingValue(estimator: PyObject): MissingValue {
  const value = attribute(estimator, 'missing_values');
  if (typeof value === 'string') {
    return { isNull: false, isWord: true, isNumber: () => false, isText: (text) => text === value };
  }
  const sentinel = value === null ? NaN : scalar(value);
  if (sentinel === undefined) refuse(estimator, `missing_values ${show(value)}`);
  if (Number.isNaN(sentinel))
    return { isNull: true, isWord: false, isNumber: Number.isNaN, isText: (text) => text === null };
  return { isNull: false, isWord: false, isNumber: (x) => x === sentinel, isText: () => false };
}

/** Whether the cell is missing. */
export function isMissing(x: Table, row: number, column: number, missing: MissingValue): boolean {
  const text = x.text?.get(column);
  return text === undefined
    ? missing.isNumber(x.numbers[row * x.columns + column])
    : missing.isText(text[row]);
}

/** A column of 0 and 1 for each of the columns watched: 1 where the value is missing. */
export const missingIndicator: EvaluatorFactory = (estimator) => {
  const nFeatures = nFeaturesIn(estimator, () => number(estimator, '_n_features'));
  const missing = missingValue(estimator);
  const onlyMissing = requireOption(estimator, 'features', ['missing-only', 'all']) === 'missing-only';
  const watched = indices(estimator, 'features_');
  const refused = new Set(Array.from({ length: nFeatures }, (_, j) => j));
  for (const column of watched) refused.delete(column);
  if (!onlyMissing) checkSize(estimator, 'features_', watched.length, nFeatures);
  const refuses = flag(estimator, 'error_on_new') && onlyMissing;
  return {
    nFeatures,
    featureNames: featureNames(estimator),
    ...(missing.isWord && { textColumns: new Map(Array.from(watched, (column) => [column, []])) }),
    acceptsMissing: missing.isNull,
    ...(refuses && { missingColumns: new Set(watched) }),
    sources: new Array<undefined>(watched.length).fill(undefined),
    transform: (x) => {
      checkColumns(x, nFeatures);
      if (refuses) refuseNew(x, refused, missing);
      const out = new Float64Array(x.rows * watched.length);
      for (let i = 0, k = 0; i < x.rows; i++) {
        for (const column of watched) out[k++] = isMissing(x, i, column, missing) ? 1 : 0;
      }
      return tableOf(x.rows, watched.length, out);
    },
  };
};

function refuseNew(x: Table, columns: ReadonlySet<number>, missing: MissingValue): void {
  for (const j of columns) {
    for (let i = 0; i < x.rows; i++) {
      if (isMissing(x, i, j, missing)) throw cellError(i, j, 'is missing, which it never was in training');
    }
  }
}
