/** What feature selection asks of a fitted estimator: coef_ or feature_importances_, which trees compute on demand. */
import {
  attribute,
  childObject,
  childObjects,
  has,
  listItems,
  matrix,
  refuse,
  toMatrix,
  vector,
} from '../../pickle/attributes.js';
import type { Matrix } from '../../../inference/tabular/evaluator.js';
import { nodeField } from '../trees/cart.js';
import { NdArray, PyObject, type PyValue } from '../../pickle/values.js';
import { linearSvmCoefficients } from './svm-coefficients.js';

/** One value a feature, or several rows of them. */
export interface Importances extends Matrix {
  readonly isVector: boolean;
}

/**
 * @param getter "auto" or a dotted path from the estimator, such as "named_steps.clf.coef_"
 * @throws ModelFileError for Python functions and for estimators that keep no such attribute
 */
export function importancesOf(estimator: PyObject, getter: PyValue): Importances {
  if (typeof getter !== 'string') refuse(estimator, 'a Python function as importance_getter');
  if (getter !== 'auto') {
    const path = getter.split('.');
    return named(path.slice(0, -1).reduce(follow, estimator), path[path.length - 1]);
  }
  return coefficients(estimator) ?? asVector(featureImportances(estimator));
}

function named(estimator: PyObject, name: string): Importances {
  if (name === 'feature_importances_') return asVector(featureImportances(estimator));
  if (name === 'coef_') return coefficients(estimator) ?? refuse(estimator, 'the selection by coef_');
  const value = attribute(estimator, name);
  const found = toMatrix(value) ?? refuse(estimator, `the selection by ${name}`);
  return { ...found, isVector: value instanceof NdArray && value.shape.length === 1 };
}

function follow(owner: PyObject, name: string): PyObject {
  if (name !== 'named_steps') return childObject(owner, name);
  const steps = listItems(attribute(owner, 'steps')) ?? [];
  return new PyObject(
    'named_steps',
    new Map(steps.map((step) => (listItems(step) ?? []) as [string, PyValue])),
  );
}

function coefficients(estimator: PyObject): Importances | undefined {
  if (has(estimator, 'coef_')) {
    const value = attribute(estimator, 'coef_');
    return { ...matrix(estimator, 'coef_'), isVector: value instanceof NdArray && value.shape.length === 1 };
  }
  const svm = linearSvmCoefficients(estimator);
  return svm && { ...svm, isVector: false };
}

function asVector(data: Float64Array): Importances {
  return { rows: 1, columns: data.length, data, isVector: true };
}

/** feature_importances_ of a tree, a forest, gradient boosting or AdaBoost, as each class computes them. */
function featureImportances(estimator: PyObject): Float64Array {
  if (has(estimator, 'tree_')) return normalised(impurityDecrease(estimator));
  if (!has(estimator, 'estimators_')) refuse(estimator, 'the selection by feature_importances_');
  const members = childObjects(estimator, 'estimators_');
  if (estimator.shortName.startsWith('AdaBoost')) {
    const weights = vector(estimator, 'estimator_weights_');
    const total = weights.subarray(0, members.length).reduce((sum, weight) => sum + weight, 0);
    return combined(members.map(featureImportances), (k) => weights[k] / total);
  }
  const isBoosting = estimator.shortName.startsWith('GradientBoosting');
  if (!isBoosting && !/^(RandomForest|ExtraTrees)/.test(estimator.shortName)) {
    refuse(estimator, 'the selection by feature_importances_');
  }
  const grown = members.filter((tree) => nodesOf(tree).shape[0] > 1).map(impurityDecrease);
  if (grown.length === 0)
    return new Float64Array(members.length === 0 ? 0 : impurityDecrease(members[0]).length);
  const each = isBoosting ? grown : grown.map(normalised);
  return normalised(combined(each, () => 1 / each.length));
}

function combined(all: readonly Float64Array[], weightOf: (k: number) => number): Float64Array {
  const sums = new Float64Array(all[0]?.length ?? 0);
  all.forEach((own, k) => own.forEach((value, j) => (sums[j] += weightOf(k) * value)));
  return sums;
}

function normalised(values: Float64Array): Float64Array {
  const total = values.reduce((sum, value) => sum + value, 0);
  return total > 0 ? values.map((value) => value / total) : values;
}

function nodesOf(estimator: PyObject): NdArray {
  const nodes = attribute(childObject(estimator, 'tree_'), 'nodes');
  return nodes instanceof NdArray ? nodes : refuse(estimator, 'a tree without nodes');
}

/** What the splits on each feature took off the impurity, weighted by the share of the rows that reached them. */
function impurityDecrease(estimator: PyObject): Float64Array {
  const nodes = nodesOf(estimator);
  const left = nodeField(nodes, 'left_child');
  const right = nodeField(nodes, 'right_child');
  const feature = nodeField(nodes, 'feature');
  const impurity = nodeField(nodes, 'impurity');
  const weight = nodeField(nodes, 'weighted_n_node_samples');
  const total = (node: number): number => weight[node] * impurity[node];
  const decrease = new Float64Array(Number(attribute(childObject(estimator, 'tree_'), 'n_features')));
  for (let node = 0; node < nodes.shape[0]; node++) {
    if (left[node] < 0) continue;
    decrease[feature[node]] += total(node) - total(left[node]) - total(right[node]);
  }
  return decrease.map((value) => value / weight[0]);
}
