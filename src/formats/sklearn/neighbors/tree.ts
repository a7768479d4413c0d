import { ModelFileError } from '../../../inference/model.js';
import { checkSize, childObject } from '../../pickle/attributes.js';
import type { Matrix } from '../../../inference/tabular/evaluator.js';
import type { PyObject } from '../../pickle/values.js';
import type { NeighborHeap } from '../../../inference/neighbors/heap.js';
import type { Metric } from '../../../inference/neighbors/metric.js';
import { treeState } from './tree-state.js';

/**
 * A k-d tree or ball tree as scikit-learn built it, walked in the order in which scikit-learn walks it
 * (sklearn/neighbors/_binary_tree.pxi.tp, single tree, depth first): where several training rows are equally far,
 * which of them count hangs on that order.
 */
export class NeighborTree {
  private readonly order: Int32Array;
  private readonly starts: Int32Array;
  private readonly ends: Int32Array;
  private readonly leaf: Uint8Array;
  private readonly radius: Float64Array;
  /** Lower bounds of all nodes, then the upper ones (k-d tree); centers (ball tree). */
  private readonly bounds: Float64Array;
  private readonly lowerBound: (node: number, x: Float64Array, i: number) => number;

  constructor(
    estimator: PyObject,
    method: 'kd_tree' | 'ball_tree',
    private readonly samples: Matrix,
    private readonly metric: Metric,
  ) {
    const state = treeState(childObject(estimator, '_tree'));
    this.order = Int32Array.from(state.order);
    this.starts = Int32Array.from(state.starts);
    this.ends = Int32Array.from(state.ends);
    this.leaf = Uint8Array.from(state.leaf);
    this.radius = state.radius;
    this.bounds = state.bounds;
    this.check(estimator, method === 'kd_tree' ? 2 : 1);
    this.lowerBound = method === 'kd_tree' ? this.boxBound(estimator) : this.ballBound();
  }

  /** Fills an empty heap with the nearest training rows of row `row` of `x`. */
  nearest(x: Float64Array, row: number, heap: NeighborHeap): void {
    const i = row * this.samples.columns;
    this.visit(0, this.lowerBound(0, x, i), x, i, heap);
  }

  private visit(node: number, bound: number, x: Float64Array, i: number, heap: NeighborHeap): void {
    if (bound > heap.largest) return;
    const { columns, data } = this.samples;
    if (this.leaf[node] !== 0) {
      for (let k = this.starts[node]; k < this.ends[node]; k++) {
        const sample = this.order[k];
        heap.push(this.metric.reduced(x, i, data, sample * columns, columns), sample);
      }
      return;
    }
    const left = 2 * node + 1;
    const leftBound = this.lowerBound(left, x, i);
    const rightBound = this.lowerBound(left + 1, x, i);
    const first = leftBound <= rightBound ? left : left + 1;
    this.visit(first, Math.min(leftBound, rightBound), x, i, heap);
    this.visit(2 * left + 1 - first, Math.max(leftBound, rightBound), x, i, heap);
  }

  /** The reduced distance of a point to the nearest corner, edge or side of a node's box. */
  private boxBound(estimator: PyObject): (node: number, x: Float64Array, i: number) => number {
    const { p } = this.metric;
    const { columns } = this.samples;
    if (p === undefined)
      throw new ModelFileError(`${estimator.shortName}: this metric is not supported in a k-d tree`);
    const power = p === 2 ? (d: number) => d * d : p === 1 ? (d: number) => d : (d: number) => Math.pow(d, p);
    const upper = this.bounds.length / 2;
    return (node, x, i) => {
      let bound = 0;
      for (let k = 0, at = node * columns; k < columns; k++, at++) {
        const below = this.bounds[at] - x[i + k];
        const above = x[i + k] - this.bounds[upper + at];
        const d = 0.5 * (below + Math.abs(below) + (above + Math.abs(above)));
        bound = p === Infinity ? Math.max(bound, d) : bound + power(d);
      }
      return bound;
    };
  }

  /** The reduced distance of a point to the surface of a node's ball, zero within. */
  private ballBound(): (node: number, x: Float64Array, i: number) => number {
    const { reduced, toDistance, toReduced } = this.metric;
    const { columns } = this.samples;
    return (node, x, i) => {
      const distance = toDistance(reduced(x, i, this.bounds, node * columns, columns));
      return toReduced(Math.max(0, distance - this.radius[node]));
    };
  }

  /** A damaged tree must not lead out of its arrays. */
  private check(estimator: PyObject, boundsPerNode: number): void {
    const { rows, columns } = this.samples;
    const count = this.starts.length;
    checkSize(estimator, '_tree: idx_array', this.order.length, rows);
    checkSize(estimator, '_tree: node_bounds', this.bounds.length, boundsPerNode * count * columns);
    const sound =
      count > 0 &&
      this.order.every((sample) => sample >= 0 && sample < rows) &&
      this.starts.every((start, node) => start >= 0 && this.ends[node] <= rows) &&
      this.leaf.every((leaf, node) => leaf !== 0 || 2 * node + 2 < count);
    if (!sound) throw new ModelFileError(`${estimator.shortName}: _tree leads out of its training rows`);
  }
}
