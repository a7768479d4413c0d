import { matrix, optional, refuse, requireOption, string } from '../../pickle/attributes.js';
import type { Matrix } from '../../../inference/tabular/evaluator.js';
import { dot } from '../../../inference/numeric/numeric.js';
import { NdArray, PyDict, PyObject, SparseMatrix } from '../../pickle/values.js';
import { BruteForce } from '../../../inference/neighbors/brute-force.js';
import type { NeighborHeap } from '../../../inference/neighbors/heap.js';
import type { Metric, PairFunction } from '../../../inference/neighbors/metric.js';
import { metricOf } from './metrics.js';
import { NeighborTree } from './tree.js';
import { isSince } from '../version.js';

/** The training rows of a neighbours estimator, and how they are searched. */
export interface NeighborSearch {
  readonly samples: Matrix;
  readonly metric: Metric;
  /** Whether the search is by brute force over rows kept as float64, for which later versions have code of their own. */
  readonly holdsDoubles: boolean;
  /** The reduced distance of a row to a training row. */
  readonly reduced: PairFunction;
  /** Fills an empty heap with the nearest training rows of row `row` of `numbers`. */
  readonly nearest: (numbers: Float64Array, row: number, heap: NeighborHeap) => void;
}

/** Reads _fit_X or the tree, and the metric. @throws ModelFileError where the metric cannot be evaluated */
export function searchOf(estimator: PyObject): NeighborSearch {
  const method = requireOption(estimator, '_fit_method', ['brute', 'kd_tree', 'ball_tree']);
  const samples = trainingRows(estimator);
  const holdsDoubles = method === 'brute' && keepsFloat64(estimator);
  const byScipy = method === 'brute' && !(isSince(estimator, 1, 1) && holdsDoubles);
  const parameters = optional(estimator, 'effective_metric_params_');
  const metric = metricOf({
    estimator,
    option: 'effective_metric_',
    parameters: parameters instanceof PyDict ? parameters : new PyDict(),
    nFeatures: samples.columns,
    bruteForce: method === 'brute',
    byScipy,
  });
  if (method !== 'brute') {
    const tree = new NeighborTree(estimator, method, samples, metric);
    return { samples, metric, holdsDoubles, reduced: metric.reduced, nearest: tree.nearest.bind(tree) };
  }
  const name = string(estimator, 'effective_metric_');
  const reduced = name === 'euclidean' || name === 'sqeuclidean' ? expanded : metric.reduced;
  const brute = new BruteForce(samples, reduced, byScipy || !HEAP_METRICS.has(name));
  return { samples, metric, holdsDoubles, reduced, nearest: brute.nearest.bind(brute) };
}

/** Metrics for which scikit-learn 1.1 on keeps the nearest in a heap; for others numpy picks them out. */
const HEAP_METRICS: ReadonlySet<string> = new Set(
  (
    'euclidean sqeuclidean l2 manhattan cityblock l1 chebyshev infinity minkowski p wminkowski seuclidean canberra ' +
    'braycurtis haversine'
  ).split(' '),
);

/** |x|² - 2 x·y + |y|²: how brute force has the square of the euclidean distance, rounding and all. */
const expanded: PairFunction = (x, i, y, j, n) =>
  Math.max(0, dot(x, i, x, i, n) - 2 * dot(x, i, y, j, n) + dot(y, j, y, j, n));

function trainingRows(estimator: PyObject): Matrix {
  const rows = matrix(estimator, '_fit_X');
  if (rows.rows === 0 || rows.columns === 0) refuse(estimator, 'no training rows');
  return rows;
}

function keepsFloat64(estimator: PyObject): boolean {
  const rows = optional(estimator, '_fit_X');
  const values = rows instanceof SparseMatrix ? rows.data : rows;
  return values instanceof NdArray && values.dtype.kind === 'f' && values.dtype.itemsize === 8;
}
