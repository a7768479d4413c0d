import type { FlatTrees } from './flat-trees.js';

/** Maximum levels of splits of a tree that is evaluated as a whole. */
export const SHALLOW_DEPTH = 3;
const SPLITS = 2 ** SHALLOW_DEPTH - 1;
const LEAVES = 2 ** SHALLOW_DEPTH;

/**
 * Trees of at most three levels with one value per leaf, which are usual in gradient boosting, padded to complete ones:
 * a leaf above the last level becomes splits that send every value left. A row is compared at all seven splits, and the
 * results form the number of its leaf. That needs fewer instructions than three steps down the tree, and no comparison
 * waits for another.
 */
export class ShallowTrees {
  private readonly feature: Int32Array;
  private readonly threshold: Float64Array;
  private readonly value: Float64Array;

  constructor(trees: FlatTrees) {
    const count = trees.roots.length;
    this.feature = new Int32Array(count * SPLITS);
    this.threshold = new Float64Array(count * SPLITS);
    this.value = new Float64Array(count * LEAVES);
    for (let t = 0; t < count; t++) if (trees.depths[t] <= SHALLOW_DEPTH) this.fill(trees, t);
  }

  /** Whether all leaves have one value. */
  static fit({ width }: FlatTrees): boolean {
    return width === 1;
  }

  /**
   * Adds the value of each row's leaf.
   * @param block `count` × `nFeatures`, row-major, all finite
   * @param out the first row's value is at `at`, the next row's `columns` later
   */
  addTo(
    tree: number,
    block: Float64Array,
    nFeatures: number,
    count: number,
    out: Float64Array,
    at: number,
    columns: number,
  ): void {
    const { feature, threshold, value } = this;
    const s = tree * SPLITS;
    const leaves = tree * LEAVES;
    const [f0, f1, f2, f3, f4, f5, f6] = feature.subarray(s, s + SPLITS);
    const [t0, t1, t2, t3, t4, t5, t6] = threshold.subarray(s, s + SPLITS);
    for (let i = 0, row = 0, to = at; i < count; i++, row += nFeatures, to += columns) {
      const root = +(block[row + f0] > t0);
      const second = +(block[row + f1] > t1) | (+(block[row + f2] > t2) << 1);
      const third =
        +(block[row + f3] > t3) |
        (+(block[row + f4] > t4) << 1) |
        (+(block[row + f5] > t5) << 2) |
        (+(block[row + f6] > t6) << 3);
      const inner = (root << 1) | ((second >> root) & 1);
      out[to] += value[leaves + ((inner << 1) | ((third >> inner) & 1))];
    }
  }

  private fill({ roots, left, feature, threshold, leaf, values }: FlatTrees, tree: number): void {
    // Level by level, so that the children of split k are 2k + 1 and 2k + 2; a leaf is its own left child.
    const nodes = [roots[tree]];
    for (let k = 0; k < SPLITS; k++) {
      const node = nodes[k];
      const isLeaf = left[node] === node;
      this.feature[tree * SPLITS + k] = feature[node];
      this.threshold[tree * SPLITS + k] = threshold[node];
      nodes.push(left[node], isLeaf ? node : left[node] + 1);
    }
    for (let k = 0; k < LEAVES; k++) this.value[tree * LEAVES + k] = values[leaf[nodes[SPLITS + k]]];
  }
}
