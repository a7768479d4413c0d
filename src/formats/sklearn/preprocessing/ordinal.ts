/** Encoders with a number for each category: sklearn.preprocessing OrdinalEncoder and TargetEncoder. */
import {
  checkSize,
  featureNames,
  number,
  numberOr,
  optional,
  requireOption,
  vector,
  vectors,
  labels,
} from '../../pickle/attributes.js';
import type { Evaluator } from '../../../inference/tabular/evaluator.js';
import type { EvaluatorFactory } from '../../pickle/library.js';
import { checkColumns, tableOf } from '../../../inference/tabular/tables.js';
import { PyDict, type PyObject } from '../../pickle/values.js';
import { isSince } from '../version.js';
import {
  categoriesOf,
  missingIn,
  textColumnsOf,
  unknownCategory,
  UNKNOWN,
  type Categories,
} from './categories.js';
import { groupings } from './infrequent.js';

/** An output column: the input column it comes from, the number of each category, and that of any other value. */
interface Coding {
  readonly column: number;
  readonly values: Float64Array;
  /** Undefined where an unknown category is refused. */
  readonly unknown: number | undefined;
}

/** The position of each category among those of its column. */
export const ordinalEncoder: EvaluatorFactory = (estimator) => {
  const refuses =
    requireOption(estimator, 'handle_unknown', ['error', 'use_encoded_value'], 'error') === 'error';
  const unknown = refuses ? undefined : number(estimator, 'unknown_value');
  const missing = numberOr(estimator, 'encoded_missing_value', NaN);
  const categories = categoriesOf(estimator);
  const ignored = optional(estimator, '_missing_indices');
  const grouped = groupings(estimator, categories);
  const codings = grouped.map(({ codes }, column): Coding => {
    const values = Float64Array.from(codes);
    const missingCode = ignored instanceof PyDict ? ignored.get(column) : undefined;
    if (typeof missingCode === 'number') values[missingCode] = missing;
    return { column, values, unknown };
  });
  return coder(estimator, categories, codings, isSince(estimator, 1, 0), refuses);
};

/** The target's mean over each category as shrunk at training; of several classes, one column each. */
export const targetEncoder: EvaluatorFactory = (estimator) => {
  const type = requireOption(estimator, 'target_type_', ['continuous', 'binary', 'multiclass']);
  const categories = categoriesOf(estimator);
  const means = vector(estimator, 'target_mean_');
  const perFeature = type === 'multiclass' ? labels(estimator).length : 1;
  checkSize(estimator, 'target_mean_', means.length, perFeature);
  const encodings = vectors(estimator, 'encodings_');
  checkSize(estimator, 'encodings_', encodings.length, categories.length * perFeature);
  const codings = encodings.map((values, k): Coding => {
    const column = Math.floor(k / perFeature);
    checkSize(estimator, `encodings_[${k}]`, values.length, categories[column].size);
    return { column, values, unknown: means[k % perFeature] };
  });
  return coder(estimator, categories, codings, true, false);
};

function coder(
  estimator: PyObject,
  categories: readonly Categories[],
  codings: readonly Coding[],
  takesNaN: boolean,
  refuses: boolean,
): Evaluator {
  const nFeatures = categories.length;
  const nOutputs = codings.length;
  return {
    nFeatures,
    featureNames: featureNames(estimator),
    textColumns: textColumnsOf(categories),
    ...missingIn(categories, refuses, takesNaN),
    sources: codings.map(({ column, values, unknown }) => {
      const code = categories[column].missing;
      const missing = Number.isNaN(code === UNKNOWN ? unknown : values[code]);
      return { column, missing, same: false };
    }),
    transform: (x) => {
      checkColumns(x, nFeatures);
      const out = new Float64Array(x.rows * nOutputs);
      const codes = new Int32Array(x.rows);
      codings.forEach(({ column, values, unknown }, k) => {
        if (k === 0 || codings[k - 1].column !== column) categories[column].encode(x, column, codes);
        for (let i = 0; i < x.rows; i++) {
          const value = codes[i] === UNKNOWN ? unknown : values[codes[i]];
          if (value === undefined) throw unknownCategory(x, i, column);
          out[i * nOutputs + k] = value;
        }
      });
      return tableOf(x.rows, nOutputs, out);
    },
  };
}
