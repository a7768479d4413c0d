import { ModelFileError } from '../../../inference/model.js';
import {
  childObject,
  checkSize,
  has,
  matrix,
  nFeaturesIn,
  number,
  requireOption,
  vector,
} from '../../pickle/attributes.js';
import type { Evaluator, Matrix, Table } from '../../../inference/tabular/evaluator.js';
import type { EvaluatorEntry } from '../../pickle/library.js';
import { numbersOf } from '../../../inference/numeric/numeric.js';
import type { PyObject } from '../../pickle/values.js';
import { centerDistances, nearestCenter, squaredNorms } from '../../../inference/neighbors/centers.js';

/** KMeans and MiniBatchKMeans: the number of the nearest center, and the distances to all. */
export function kMeans(estimator: PyObject): Evaluator {
  const centers = matrix(estimator, 'cluster_centers_');
  const norms = squaredNorms(centers);
  return clusterer(centers, (numbers, row) => nearestCenter(numbers, row, centers, norms));
}

/** MeanShift and AffinityPropagation: the number of the nearest center, or -1 where there are none. */
export function centerClustering(estimator: PyObject): Evaluator {
  if (has(estimator, 'affinity')) requireOption(estimator, 'affinity', ['euclidean']);
  const centers = matrix(estimator, 'cluster_centers_');
  const { transform: _, ...clusters } = clusterer(centers, nearestOf(centers));
  if (centers.rows > 0 && centers.data.length > 0) return clusters;
  const nFeatures = nFeaturesIn(estimator);
  return {
    nFeatures,
    counts: true,
    constant: true,
    predict: (x) => {
      numbersOf(x, nFeatures);
      return { rows: x.rows, columns: 1, data: new Float64Array(x.rows).fill(-1) };
    },
  };
}

/** Birch: the cluster of the nearest subcluster, and the distances to all of those. */
export function birch(estimator: PyObject): Evaluator {
  const centers = matrix(estimator, 'subcluster_centers_');
  const clusters = vector(estimator, 'subcluster_labels_', centers.rows);
  const nearest = nearestOf(centers);
  return clusterer(centers, (numbers, row) => clusters[nearest(numbers, row)]);
}

function nearestOf(centers: Matrix): (numbers: Float64Array, row: number) => number {
  const norms = squaredNorms(centers);
  return (numbers, row) => nearestCenter(numbers, row, centers, norms);
}

/** BisectingKMeans: a cluster is found by going down the tree of splits, so it need not be the nearest one. */
export function bisectingKMeans(estimator: PyObject): Evaluator {
  const centers = matrix(estimator, 'cluster_centers_');
  const shift = has(estimator, '_X_mean') ? vector(estimator, '_X_mean', centers.columns) : undefined;
  const root = splitNode(childObject(estimator, '_bisecting_tree'), centers, shift);
  return clusterer(centers, (numbers, row) => {
    let node = root;
    while (typeof node !== 'number') {
      node = nearestCenter(numbers, row, node.centers, node.norms) === 0 ? node.left : node.right;
    }
    return node;
  });
}

function clusterer(centers: Matrix, clusterOf: (numbers: Float64Array, row: number) => number): Evaluator {
  const norms = squaredNorms(centers);
  return {
    nFeatures: centers.columns,
    counts: true,
    predict: (x: Table) => {
      const numbers = numbersOf(x, centers.columns);
      const data = new Float64Array(x.rows);
      for (let i = 0; i < x.rows; i++) data[i] = clusterOf(numbers, i);
      return { rows: x.rows, columns: 1, data };
    },
    transform: (x: Table) => centerDistances(numbersOf(x, centers.columns), x.rows, centers, norms),
  };
}

/** A split with the centers of its two sides, or the number of a cluster. */
type SplitNode =
  | {
      readonly centers: Matrix;
      readonly norms: Float64Array;
      readonly left: SplitNode;
      readonly right: SplitNode;
    }
  | number;

const DEEPEST = 2000;

function splitNode(node: PyObject, all: Matrix, shift: Float64Array | undefined, depth = 0): SplitNode {
  if (depth > DEEPEST)
    throw new ModelFileError(`BisectingKMeans: the tree of splits is deeper than ${DEEPEST}`);
  if (!has(node, 'left')) return number(node, 'label');
  const sides = [childObject(node, 'left'), childObject(node, 'right')] as const;
  const data = new Float64Array(2 * all.columns);
  sides.forEach((side, s) => {
    const center = vector(side, 'center');
    checkSize(side, 'center', center.length, all.columns);
    center.forEach((value, j) => (data[s * all.columns + j] = value + (shift?.[j] ?? 0)));
  });
  const centers: Matrix = { rows: 2, columns: all.columns, data };
  const [left, right] = sides.map((side) => splitNode(side, all, shift, depth + 1));
  return { centers, norms: squaredNorms(centers), left, right };
}

/** Clusterings that predict: sklearn.cluster. */
export const CLUSTER: readonly EvaluatorEntry[] = [
  { className: 'KMeans', family: 'cluster', factory: kMeans },
  { className: 'MiniBatchKMeans', family: 'cluster', factory: kMeans },
  { className: 'BisectingKMeans', family: 'cluster', factory: bisectingKMeans },
  { className: 'MeanShift', family: 'cluster', factory: centerClustering },
  { className: 'AffinityPropagation', family: 'cluster', factory: centerClustering },
  { className: 'Birch', family: 'cluster', factory: birch },
];
