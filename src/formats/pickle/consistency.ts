/** Checks of what every fitted estimator says of itself, whatever its class is. */
import { ModelFileError } from '../../inference/model.js';
import type { Evaluator } from '../../inference/tabular/evaluator.js';
import { featureNames, listItems, optional, scalar, show } from './attributes.js';
import { NdArray, type PyObject, type PyValue, SparseMatrix } from './values.js';

/** A size: the attribute's dimension, or without an axis its value. */
type Size = readonly [attribute: string, axis?: number];

/** Sizes that are equal in every fitted estimator that has both attributes. */
const EQUAL: readonly (readonly [Size, Size])[] = [
  [['classes_', 0], ['n_classes_']],
  [['estimators_', 0], ['n_estimators_']],
  [['estimators_', 1], ['n_trees_per_iteration_']],
  [['cluster_centers_', 0], ['n_clusters']],
  [['cluster_centers_', 1], ['n_features_in_']],
  [['components_', 0], ['n_components_']],
  [['components_', 0], ['explained_variance_', 0]],
  [['components_', 0], ['singular_values_', 0]],
  [['components_', 0], ['component_indices_', 0]],
  [['components_', 0], ['normalization_', 0]],
  [['components_', 0], ['mixing_', 1]],
  [['coef_', -1], ['n_features_in_']],
  [['dual_coef_', -1], ['support_', 0]],
  [['support_vectors_', 0], ['support_', 0]],
  [['_fit_X', 0], ['n_samples_fit_']],
  [['_fit_X', 0], ['_y', 0]],
  [['feature_log_prob_', 0], ['classes_', 0]],
  [['feature_count_', 0], ['classes_', 0]],
  [['class_log_prior_', 0], ['classes_', 0]],
  [['class_prior_', 0], ['classes_', 0]],
  [['class_count_', 0], ['classes_', 0]],
  [['theta_', 0], ['classes_', 0]],
  [['priors_', 0], ['classes_', 0]],
  [['means_', 0], ['classes_', 0]],
  [['centroids_', 0], ['classes_', 0]],
  [['centroids_', 1], ['n_features_in_']],
  [['scale_', 0], ['n_features_in_']],
  [['min_', 0], ['n_features_in_']],
  [['center_', 0], ['n_features_in_']],
  [['variances_', 0], ['n_features_in_']],
  [['n_bins_', 0], ['n_features_in_']],
]; // prettier-ignore

/**
 * Compares an estimator's counts with each other and with the sizes of its attributes.
 * @throws ModelFileError naming the attributes
 */
export function checkConsistency(estimator: PyObject, { nFeatures, classes }: Evaluator): void {
  const refuse = (message: string): never => {
    throw new ModelFileError(`${estimator.shortName}: ${message}; the file is damaged`);
  };
  const given = optional(estimator, 'n_features_in_');
  if (given !== undefined) {
    const count = scalar(given);
    if (count === undefined || !Number.isInteger(count) || count < 0)
      refuse(`n_features_in_ is ${show(given)}, which is not a number of features`);
    if (nFeatures >= 0 && count !== nFeatures)
      refuse(`n_features_in_ is ${count}, but its other attributes are those of ${nFeatures} features`);
  }
  const names = featureNames(estimator);
  if (names !== undefined && nFeatures >= 0 && names.length !== nFeatures)
    refuse(`feature_names_in_ has ${names.length} names for ${nFeatures} features`);
  if (classes && new Set(classes).size !== classes.length) refuse('classes_ has a label twice');
  for (const [left, right] of EQUAL) {
    const [a, b] = [sizeOf(estimator, left), sizeOf(estimator, right)];
    if (a !== undefined && b !== undefined && a !== b)
      refuse(`${told(left)} is ${a}, where ${told(right)} is ${b}`);
  }
  const labels = sizeOf(estimator, ['classes_', 0]);
  if (classes && labels !== undefined && labels !== classes.length)
    refuse(
      `classes_ has ${labels} labels, where its other attributes are those of ${classes.length} classes`,
    );
  const columns = labels === 2 ? 1 : labels;
  const isMatrix = sizeOf(estimator, ['coef_', 1]) !== undefined;
  const rows =
    isMatrix && !estimator.attributes.has('support_') ? sizeOf(estimator, ['coef_', 0]) : undefined;
  if (
    columns !== undefined &&
    rows !== undefined &&
    rows !== columns &&
    !(rows === labels && SEVERAL_LABELS.test(estimator.shortName))
  )
    refuse(`coef_ has ${rows} rows for ${labels} classes`);
  const trees = sizeOf(estimator, ['n_trees_per_iteration_']);
  if (columns !== undefined && trees !== undefined && trees !== columns)
    refuse(`n_trees_per_iteration_ is ${trees} for ${labels} classes`);
  const [members, wanted] = [sizeOf(estimator, ['estimators_', 0]), sizeOf(estimator, ['n_estimators'])];
  if (
    FORESTS.test(estimator.shortName) &&
    members !== wanted &&
    members !== undefined &&
    wanted !== undefined
  )
    refuse(`estimators_ has ${members} trees, where n_estimators is ${wanted}`);
}

/** Fitted on several labels a row, these have a row of coefficients for each of them. */
const SEVERAL_LABELS = /^Ridge/;

/** Ensembles that grow exactly the trees that were asked for. */
const FORESTS = /^(?:RandomForest|ExtraTrees|IsolationForest)/;

function sizeOf(estimator: PyObject, [name, axis]: Size): number | undefined {
  const value = optional(estimator, name);
  if (value === undefined) return undefined;
  if (axis !== undefined) return shapeOf(value)?.at(axis);
  const count = value instanceof NdArray ? undefined : scalar(value);
  return Number.isInteger(count) ? count : undefined;
}

/** A list of lists or arrays has no second dimension here. */
function shapeOf(value: PyValue): readonly number[] | undefined {
  if (value instanceof NdArray || value instanceof SparseMatrix) return value.shape;
  const items = listItems(value);
  return items && !items.some((item) => item instanceof NdArray) ? [items.length] : undefined;
}

function told([name, axis]: Size): string {
  if (axis === undefined) return name;
  return axis === 0 ? `the length of ${name}` : `the width of ${name}`;
}
