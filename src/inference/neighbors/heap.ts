/**
 * The k nearest so far, as a heap with the farthest on top. A new row that is as far as the farthest is not added, and
 * the heap's shape decides which of equally far rows is removed. Both are as in scikit-learn's sklearn/utils/_heap.pyx,
 * so that ties for the last place are decided in the same way.
 */
export class NeighborHeap {
  readonly reduced: Float64Array;
  readonly samples: Int32Array;

  constructor(readonly size: number) {
    this.reduced = new Float64Array(size);
    this.samples = new Int32Array(size);
    this.clear();
  }

  /** The reduced distance of the farthest row in the heap. */
  get largest(): number {
    return this.reduced[0];
  }

  clear(): void {
    this.reduced.fill(Infinity);
    for (let i = 0; i < this.size; i++) this.samples[i] = i;
  }

  push(value: number, sample: number): void {
    const { reduced, samples, size } = this;
    if (!(value < reduced[0])) return;
    let at = 0;
    for (;;) {
      const left = 2 * at + 1;
      const right = left + 1;
      if (left >= size) break;
      const child = right < size && reduced[right] > reduced[left] ? right : left;
      if (!(reduced[child] > value)) break;
      reduced[at] = reduced[child];
      samples[at] = samples[child];
      at = child;
    }
    reduced[at] = value;
    samples[at] = sample;
  }

  /** Sorts the rows by distance, the farthest last. Afterwards it is not a heap until it is cleared. */
  sort(): void {
    const { reduced, samples, size } = this;
    for (let end = 1; end < size; end++) {
      const value = reduced[end];
      const sample = samples[end];
      let at = end;
      for (; at > 0 && reduced[at - 1] > value; at--) {
        reduced[at] = reduced[at - 1];
        samples[at] = samples[at - 1];
      }
      reduced[at] = value;
      samples[at] = sample;
    }
  }
}
