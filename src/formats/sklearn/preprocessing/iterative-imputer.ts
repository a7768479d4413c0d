/** sklearn.impute.IterativeImputer. */
import type { Evaluator, Table } from '../../../inference/tabular/evaluator.js';
import { clip, numbersOf } from '../../../inference/numeric/numeric.js';
import { needed, predictedNumbers } from '../../../inference/tabular/members.js';
import { tableOf } from '../../../inference/tabular/tables.js';
import {
  childObject,
  childObjects,
  featureNames,
  number,
  refuse,
  requireOption,
  scalar,
  toVector,
  vector,
  vectorOr,
} from '../../pickle/attributes.js';
import type { EvaluatorFactory } from '../../pickle/library.js';
import { PyObject } from '../../pickle/values.js';
import { imputedSources, indicatorOf, withIndicator } from './imputer.js';
import { missingValue } from './missing.js';

/** One step: a feature, those that it is predicted from, and the model. */
interface Step {
  readonly feature: number;
  readonly from: Int32Array;
  readonly model: Evaluator;
  readonly low: number;
  readonly high: number;
}

/** Missing values are filled in column by column, then predicted from the other columns, in the rounds of training. */
export const iterativeImputer: EvaluatorFactory = (estimator, build) => {
  requireOption(estimator, 'sample_posterior', [false], false);
  const missing = missingValue(estimator);
  const initial = build(childObject(estimator, 'initial_imputer_'));
  const n = initial.nFeatures;
  const kept = (initial.sources ?? []).map(
    (source) => source?.column ?? refuse(estimator, 'its initial_imputer_'),
  );
  const steps = stepsOf(estimator, kept.length, build);
  const empty = vectorOr(estimator, '_is_empty_feature', new Float64Array(n), n);
  const indicator = indicatorOf(estimator, build);
  const name = estimator.shortName;
  for (const { model } of steps) needed(name, model, 'predict');
  return {
    nFeatures: n,
    featureNames: featureNames(estimator),
    acceptsMissing: missing.isNull,
    sources: imputedSources(kept, indicator),
    transform: (x) => {
      const numbers = numbersOf(x, n);
      const width = kept.length;
      const filled = Float64Array.from(initial.transform!(x).numbers);
      const isMissing = (row: number, feature: number): boolean =>
        empty[kept[feature]] === 0 && missing.isNumber(numbers[row * n + kept[feature]]);
      // scikit-learn leaves a row without any value as it was filled in first.
      const rows = Array.from({ length: x.rows }, (_, row) => row).filter((row) =>
        kept.some((_, feature) => !isMissing(row, feature)),
      );
      for (const { feature, from, model, low, high } of steps) {
        const open = rows.filter((row) => isMissing(row, feature));
        if (open.length === 0) continue;
        const { data } = predictedNumbers(model, rowsAt(filled, width, open, from), name);
        open.forEach((row, k) => (filled[row * width + feature] = clip(data[k], low, high)));
      }
      return withIndicator(x, tableOf(x.rows, width, filled), indicator);
    },
  };
};

function stepsOf(estimator: PyObject, width: number, build: (nested: PyObject) => Evaluator): Step[] {
  if (number(estimator, 'n_iter_') === 0) return [];
  const lows = vector(estimator, '_min_value');
  const highs = vector(estimator, '_max_value');
  return childObjects(estimator, 'imputation_sequence_').map((triplet) => {
    const [place, others, model] = triplet.constructorArguments;
    const feature = scalar(place ?? null);
    const from = Int32Array.from(toVector(others ?? null) ?? []);
    const isColumn = (column: number | undefined): boolean =>
      Number.isInteger(column) && column! >= 0 && column! < width;
    if (!(model instanceof PyObject) || !isColumn(feature) || !from.every(isColumn))
      refuse(estimator, 'a damaged imputation_sequence_');
    return { feature: feature!, from, model: build(model), low: lows[feature!], high: highs[feature!] };
  });
}

function rowsAt(numbers: Float64Array, width: number, rows: readonly number[], columns: Int32Array): Table {
  const out = new Float64Array(rows.length * columns.length);
  rows.forEach((row, i) => {
    columns.forEach((column, j) => (out[i * columns.length + j] = numbers[row * width + column]));
  });
  return tableOf(rows.length, columns.length, out);
}
