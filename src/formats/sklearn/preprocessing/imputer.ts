/** sklearn.impute.SimpleImputer. */
import {
  attribute,
  childObject,
  featureNames,
  flag,
  has,
  requireOption,
  scalar,
  show,
  toItems,
  toVector,
  refuse,
  optional,
} from '../../pickle/attributes.js';
import type { ColumnSource, Evaluator, Table } from '../../../inference/tabular/evaluator.js';
import type { EvaluatorFactory } from '../../pickle/library.js';
import { cellError, checkColumns, joinTables } from '../../../inference/tabular/tables.js';
import type { PyObject, PyValue } from '../../pickle/values.js';
import { isSince } from '../version.js';
import { missingValue, type MissingValue } from './missing.js';

/** What fills the gaps of a column. */
type Statistic = number | string;

/** Missing values replaced column by column; columns without a statistic (all missing at training) are left out. */
export const simpleImputer: EvaluatorFactory = (estimator, build) => {
  requireOption(estimator, 'strategy', ['mean', 'median', 'most_frequent', 'constant']);
  const missing = missingValue(estimator);
  const statistics = statisticsOf(estimator);
  const nFeatures = statistics.length;
  const kept = keptColumns(estimator, statistics);
  const indicator = indicatorOf(estimator, build);
  const textColumns = statistics.flatMap((statistic, column) =>
    typeof statistic === 'string' || (missing.isWord && Number.isNaN(statistic)) ? [column] : [],
  );
  return {
    nFeatures,
    featureNames: featureNames(estimator),
    textColumns: new Map(Array.from(textColumns, (column) => [column, []])),
    acceptsMissing: missing.isNull,
    sources: imputedSources(kept, indicator, (column) => Number.isNaN(statistics[column])),
    transform: (x) => {
      checkColumns(x, nFeatures);
      return withIndicator(x, fillGaps(x, kept, statistics, missing), indicator);
    },
  };
};

/** The indicator whose columns stand behind the imputed ones where `add_indicator` is set. */
export function indicatorOf(
  estimator: PyObject,
  build: (nested: PyObject) => Evaluator,
): Evaluator | undefined {
  if (!flag(estimator, 'add_indicator', false) || !has(estimator, 'indicator_')) return undefined;
  return build(childObject(estimator, 'indicator_'));
}

/** The imputed columns, and those of the indicator behind them. */
export function withIndicator(x: Table, imputed: Table, indicator: Evaluator | undefined): Table {
  if (indicator === undefined) return imputed;
  return joinTables(x.rows, [imputed, indicator.transform!(x)], [1, 1]);
}

/** Where the columns that an imputer gives come from. */
export function imputedSources(
  kept: readonly number[],
  indicator: Evaluator | undefined,
  staysMissing: (column: number) => boolean = () => false,
): (ColumnSource | undefined)[] {
  const own = kept.map((column) => ({ column, missing: staysMissing(column), same: true }));
  return [...own, ...(indicator?.sources ?? [])];
}

function statisticsOf(estimator: PyObject): Statistic[] {
  const value = attribute(estimator, 'statistics_');
  const items: readonly PyValue[] =
    toItems(value) ?? Array.from(toVector(value) ?? refuse(estimator, `statistics_ of ${show(value)}`));
  return items.map((item) => {
    const statistic = typeof item === 'string' ? item : item === null ? NaN : scalar(item);
    return statistic ?? refuse(estimator, `the statistic ${show(item)}`);
  });
}

/** Before scikit-learn 1.8 a constant filled columns without any value too, whatever keep_empty_features said. */
function keptColumns(estimator: PyObject, statistics: readonly Statistic[]): number[] {
  const constant = optional(estimator, 'strategy') === 'constant' && !isSince(estimator, 1, 8);
  const keepsAll = constant || flag(estimator, 'keep_empty_features', false);
  return statistics.flatMap((statistic, j) => (keepsAll || !Number.isNaN(statistic) ? [j] : []));
}

function fillGaps(
  x: Table,
  kept: readonly number[],
  statistics: readonly Statistic[],
  missing: MissingValue,
): Table {
  const { rows } = x;
  const columns = kept.length;
  const numbers = new Float64Array(rows * columns);
  const text = new Map<number, (string | null)[]>();
  kept.forEach((column, k) => {
    const statistic = statistics[column];
    const values = x.text?.get(column);
    if (values === undefined) {
      for (let i = 0; i < rows; i++) {
        const value = x.numbers[i * x.columns + column];
        if (!missing.isNumber(value)) numbers[i * columns + k] = value;
        else if (typeof statistic === 'number') numbers[i * columns + k] = statistic;
        else
          throw cellError(
            i,
            column,
            `is missing, where text (${show(statistic)}) would be put among numbers`,
          );
      }
      return;
    }
    text.set(
      k,
      values.map((value, i) => {
        if (!missing.isText(value)) return value;
        if (typeof statistic === 'string') return statistic;
        throw cellError(i, column, `is missing, where a number (${statistic}) would be put among text`);
      }),
    );
    for (let i = 0; i < rows; i++) numbers[i * columns + k] = NaN;
  });
  return { rows, columns, numbers, ...(text.size > 0 && { text }) };
}
