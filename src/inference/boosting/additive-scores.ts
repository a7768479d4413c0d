import type { Matrix } from '../tabular/evaluator.js';
import type { BoostedTrees } from './boosted-trees.js';
import { linearValue, type LinearLeaves } from './linear-leaves.js';
import type { SplitColumns } from './split-columns.js';

/** Values of a block of rows: enough rows to share a tree's nodes while they are in the cache, few enough to stay there. */
const BLOCK_VALUES = 4096;

/** Raw scores: for each class the sum of the values of its trees, in float64 and in the order of the trees. */
export class AdditiveScores {
  private block = new Float64Array(0);
  private leaves = new Int32Array(0);

  /**
   * @param linear models of the leaves of tree t at [t], where it has such
   * @param scores values a row; tree t adds to value t mod `scores`
   */
  constructor(
    private readonly columns: SplitColumns,
    private readonly trees: BoostedTrees,
    private readonly linear: readonly (LinearLeaves | undefined)[],
    readonly scores: number,
  ) {}

  get bytes(): number {
    return this.trees.bytes;
  }

  get treeCount(): number {
    return this.trees.count;
  }

  /**
   * @param x `rows` × nFeatures, row-major; NaN where a value is missing
   * @param used how many trees answer, from the first on
   */
  of(x: Float64Array, rows: number, used: number): Matrix {
    const { columns, scores } = this;
    const data = new Float64Array(rows * scores);
    const width = Math.max(1, columns.count);
    const blockRows = Math.min(rows, Math.max(16, Math.floor(BLOCK_VALUES / width)));
    if (this.block.length < blockRows * width) this.block = new Float64Array(blockRows * width);
    if (this.leaves.length < blockRows) this.leaves = new Int32Array(blockRows);
    for (let start = 0; start < rows; start += blockRows) {
      const count = Math.min(blockRows, rows - start);
      columns.load(x, start, count, this.block);
      for (let t = 0; t < used; t++) this.addTree(t, count, data, start * scores + (t % scores));
    }
    return { rows, columns: scores, data };
  }

  private addTree(tree: number, count: number, out: Float64Array, at: number): void {
    const { block, leaves, scores, trees } = this;
    const { value } = trees;
    const width = this.columns.count;
    trees.walk(tree, block, width, count, leaves);
    const linear = this.linear[tree];
    if (linear === undefined) {
      for (let i = 0, to = at; i < count; i++, to += scores) out[to] += value[leaves[i]];
      return;
    }
    for (let i = 0, to = at, row = 0; i < count; i++, to += scores, row += width) {
      const leaf = leaves[i];
      out[to] += linearValue(linear, trees.leafNumber[leaf], block, row, value[leaf]);
    }
  }
}
