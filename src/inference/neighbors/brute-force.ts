import type { Matrix } from '../tabular/evaluator.js';
import type { NeighborHeap } from './heap.js';
import type { PairFunction } from './metric.js';
import { partition } from './partition.js';

/** Compares a row with every training row. */
export class BruteForce {
  private readonly values: Float64Array;
  private readonly order: Int32Array;

  /**
   * @param partitioned whether scikit-learn selects the nearest rows with numpy.argpartition, as before 1.1 and for
   * rarer metrics
   */
  constructor(
    private readonly samples: Matrix,
    private readonly reduced: PairFunction,
    private readonly partitioned: boolean,
  ) {
    this.values = new Float64Array(partitioned ? samples.rows : 0);
    this.order = new Int32Array(this.values.length);
  }

  /** Fills an empty heap with the nearest training rows of row `row` of `x`. */
  nearest(x: Float64Array, row: number, heap: NeighborHeap): void {
    const { rows, columns, data } = this.samples;
    const i = row * columns;
    if (!this.partitioned) {
      for (let s = 0; s < rows; s++) heap.push(this.reduced(x, i, data, s * columns, columns), s);
      return;
    }
    for (let s = 0; s < rows; s++) this.values[s] = this.reduced(x, i, data, s * columns, columns);
    partition(this.values, this.order, heap.size);
    for (let k = 0; k < heap.size; k++) {
      heap.samples[k] = this.order[k];
      heap.reduced[k] = this.values[this.order[k]];
    }
  }
}
