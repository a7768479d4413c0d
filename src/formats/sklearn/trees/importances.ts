/** feature_importances_, as each class computes it from its trees or from its estimators. */
import { attribute, childObject, childObjects, refuse, vector } from '../../pickle/attributes.js';
import { NdArray, type PyObject } from '../../pickle/values.js';
import { nodeField } from './cart.js';

/** Of a decision tree. */
export function treeImportances(tree: PyObject): Float64Array {
  return normalised(impurityDecrease(tree));
}

/** Of a forest: the mean of its trees'. */
export function forestImportances(forest: PyObject): Float64Array {
  return meanOfGrown(childObjects(forest, 'estimators_'), (tree) => normalised(impurityDecrease(tree)));
}

/** Of gradient boosting: the mean of its trees', each as it stands, divided by its sum. */
export function boostingImportances(boosting: PyObject): Float64Array {
  return meanOfGrown(childObjects(boosting, 'estimators_'), impurityDecrease);
}

/** Of AdaBoost: the mean of its estimators', by their weights. */
export function adaBoostImportances(
  boosting: PyObject,
  nested: (estimator: PyObject) => Float64Array,
): Float64Array {
  const members = childObjects(boosting, 'estimators_');
  const weights = vector(boosting, 'estimator_weights_');
  const total = weights.subarray(0, members.length).reduce((sum, weight) => sum + weight, 0);
  return combined(members.map(nested), (k) => weights[k] / total);
}

/** Trees without a split count for nothing. */
function meanOfGrown(
  trees: readonly PyObject[],
  importances: (tree: PyObject) => Float64Array,
): Float64Array {
  const grown = trees.filter((tree) => nodesOf(tree).shape[0] > 1).map(importances);
  if (grown.length > 0) return normalised(combined(grown, () => 1 / grown.length));
  return new Float64Array(trees.length === 0 ? 0 : impurityDecrease(trees[0]).length);
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

/** By how much the splits on each feature lowered the impurity, weighted by the share of the rows that reached them. */
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
