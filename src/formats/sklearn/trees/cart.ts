/** scikit-learn's own trees (sklearn.tree._tree.Tree), which decision trees, forests and gradient boosting are made of. */
import { ModelFileError } from '../../../inference/model.js';
import { attribute, childObject, number, numberOr, optional, vector } from '../../pickle/attributes.js';
import { NdArray, type PyObject } from '../../pickle/values.js';
import { isSince } from '../version.js';
import type { FlatTrees, TreeSource } from '../../../inference/trees/flat-trees.js';

/** The children of a leaf (sklearn/tree/_tree.pyx). */
const TREE_LEAF = -1;

/** A tree's structure and, a node, `nOutputs` × `maxClasses` values in `values`. */
export interface CartTree extends Omit<TreeSource, 'writeLeaf'> {
  readonly nFeatures: number;
  readonly nOutputs: number;
  readonly maxClasses: number;
  readonly values: Float64Array;
  /** Training rows that reached a node. */
  readonly samples: ArrayLike<number>;
}

/**
 * The tree of a fitted decision tree.
 * @throws ModelFileError where its arrays are not those of a tree
 */
export function cartTree(estimator: PyObject): CartTree {
  const tree = childObject(estimator, 'tree_');
  const nodes = attribute(tree, 'nodes');
  if (!(nodes instanceof NdArray) || nodes.fields === undefined || nodes.shape.length !== 1) {
    throw new ModelFileError(`${estimator.shortName}: the nodes of tree_ are not an array of records`);
  }
  const size = nodes.shape[0];
  const values = attribute(tree, 'values');
  const [valueNodes, nOutputs, maxClasses] = values instanceof NdArray ? values.shape : [];
  if (valueNodes !== size || !(nOutputs >= 1) || !(maxClasses >= 1)) {
    throw new ModelFileError(`${estimator.shortName}: the values of tree_ are not those of ${size} nodes`);
  }
  const targets = numberOr(estimator, 'n_outputs_', nOutputs);
  if (targets !== nOutputs || numberOr(tree, 'node_count', size) !== size)
    throw new ModelFileError(
      `${estimator.shortName}: tree_ has ${size} nodes of ${nOutputs} targets, where n_outputs_ is ${targets} and node_count ${numberOr(tree, 'node_count', size)}`,
    );
  const field = (name: string): ArrayLike<number> => nodeField(nodes, name);
  const left = field('left_child');
  const right = field('right_child');
  return {
    nFeatures: count(tree, 'n_features'),
    size,
    nOutputs,
    maxClasses,
    isLeaf: (node) => left[node] === TREE_LEAF && right[node] === TREE_LEAF,
    left,
    right,
    feature: field('feature'),
    threshold: field('threshold'),
    missingLeft: nodes.fields.has('missing_go_to_left') ? field('missing_go_to_left') : undefined,
    samples: field('n_node_samples'),
    values: vector(tree, 'values'),
  };
}

function count(tree: PyObject, name: string): number {
  const found = number(tree, name);
  if (!Number.isInteger(found) || found < 0 || found > 0x7fffffff)
    throw new ModelFileError(`a decision tree has ${found} as its ${name}, which is not a count`);
  return found;
}

/** One field of an array of records, its integers as doubles. @throws ModelFileError where there is no such field */
export function nodeField(nodes: NdArray, name: string): ArrayLike<number> {
  const data = nodes.fields?.get(name)?.data;
  if (data instanceof BigInt64Array || data instanceof BigUint64Array) {
    const out = new Float64Array(data.length);
    for (let k = 0; k < out.length; k++) out[k] = Number(data[k]);
    return out;
  }
  if (data === undefined || Array.isArray(data))
    throw new ModelFileError(`a decision tree has no field ${name}`);
  return data;
}

/** Adds a tree of one or several regression targets; `scale` multiplies its values. */
export function addRegressionTree(trees: FlatTrees, tree: CartTree, scale = 1): void {
  trees.add({
    ...tree,
    writeLeaf: (node, _depth, out, at) => {
      for (let k = 0; k < tree.nOutputs; k++) {
        out[at + k] = scale * tree.values[(node * tree.nOutputs + k) * tree.maxClasses];
      }
    },
  });
}

/**
 * Adds a tree whose leaves hold the weights of the classes, target after target.
 * @param normalised each target's weights divided by their sum, as predict_proba does where they are counts
 */
export function addClassificationTree(
  trees: FlatTrees,
  tree: CartTree,
  nClasses: readonly number[],
  normalised: boolean,
): void {
  if (tree.nOutputs !== nClasses.length || Math.max(...nClasses) !== tree.maxClasses) {
    throw new ModelFileError('the values of a decision tree are not those of its classes');
  }
  trees.add({
    ...tree,
    writeLeaf: (node, _depth, out, at) => {
      let to = at;
      nClasses.forEach((count, k) => {
        const from = (node * tree.nOutputs + k) * tree.maxClasses;
        let sum = 0;
        for (let c = 0; c < count; c++) sum += tree.values[from + c];
        const divisor = normalised && sum !== 0 ? sum : 1;
        for (let c = 0; c < count; c++) out[to++] = tree.values[from + c] / divisor;
      });
    },
  });
}

const CRITERIA_WITH_MISSING = new Set([
  'gini',
  'log_loss',
  'entropy',
  'squared_error',
  'friedman_mse',
  'poisson',
]);

/**
 * Whether a decision tree takes missing values: from 1.3 on with the best splitter, from 1.6 with the random one too,
 * in both but for some criteria and monotonic constraints, which 1.9 lifted.
 */
export function takesMissing(estimator: PyObject): boolean {
  if (!isSince(estimator, 1, 3)) return false;
  if (optional(estimator, 'splitter') === 'random' && !isSince(estimator, 1, 6)) return false;
  if (isSince(estimator, 1, 9)) return true;
  const criterion = optional(estimator, 'criterion');
  const unconstrained = optional(estimator, 'monotonic_cst') === undefined;
  return typeof criterion === 'string' && CRITERIA_WITH_MISSING.has(criterion) && unconstrained;
}

/** Whether leaves hold fractions of the classes (from 1.4 on) rather than their weights. */
export function holdsFractions(estimator: PyObject): boolean {
  return isSince(estimator, 1, 4);
}
