/** sklearn.compose.ColumnTransformer. */
import {
  attribute,
  featureNames,
  flag,
  nFeaturesIn,
  number,
  optional,
  refuse,
  toItems,
} from '../../pickle/attributes.js';
import type { EvaluatorFactory } from '../../pickle/library.js';
import type { PyObject } from '../../pickle/values.js';
import { resolveColumns } from './columns.js';
import { identity } from './function.js';
import { parallel, type Branch } from './parallel.js';
import { stepsOf, weightsOf } from './steps.js';

/**
 * Each transformer over the columns that it was given, the outputs side by side in the order of the transformers, the
 * remainder last. The columns are those of the fitted state, in which selectors are already resolved.
 */
export const columnTransformer: EvaluatorFactory = (estimator, build) => {
  const names = columnNames(estimator);
  const nFeatures = nFeaturesIn(estimator, () => number(estimator, '_n_features'));
  const weightOf = weightsOf(estimator);
  const branches: Branch[] = [];
  for (const { name, step, rest } of stepsOf(estimator, attribute(estimator, 'transformers_'), 'drop')) {
    if (step === 'drop') continue;
    const columns = resolveColumns(estimator, rest[0] ?? null, nFeatures, names);
    if (columns.length === 0) continue;
    const evaluator = step === 'passthrough' ? identity(columns.length) : build(step);
    if (evaluator.nFeatures >= 0 && evaluator.nFeatures !== columns.length) {
      refuse(estimator, `${name}, fitted on ${evaluator.nFeatures} columns and given ${columns.length},`);
    }
    branches.push({ name, evaluator, columns, weight: weightOf(name) });
  }
  return parallel(estimator, nFeatures, branches, names, flag(estimator, 'sparse_output_', false));
};

/** Names of all columns under the attributes of scikit-learn 1.0 on, 0.23 and 0.24, 0.22. */
function columnNames(estimator: PyObject): string[] | undefined {
  const found = featureNames(estimator);
  if (found !== undefined) return found;
  for (const name of ['_feature_names_in', '_df_columns']) {
    const items = toItems(optional(estimator, name) ?? null);
    if (items?.every((item) => typeof item === 'string')) return items as string[];
  }
  return undefined;
}
