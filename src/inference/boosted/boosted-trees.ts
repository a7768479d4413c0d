import { ModelFileError } from '../model.js';
import { type BoostedTree, orderNodes } from './boosted-tree.js';
import { ABREAST, addHeapTree, fitsHeap, type HeapTree, heapTree } from './heap-tree.js';
import { addLinkedTree, type LinkedTree, linkedTree } from './linked-tree.js';
import { SplitColumns } from './split-columns.js';

/** The precision of sums and comparisons: float32 for XGBoost, float64 for LightGBM. */
export type Precision = 'float32' | 'float64';

/**
 * Values per block of rows: enough rows to use a tree while it is in the cache, few enough to fit in the cache
 * themselves.
 */
const BLOCK_VALUES = 5120;
const MOST_BLOCK_ROWS = 240;

interface Placed {
  readonly heap?: HeapTree;
  readonly linked?: LinkedTree;
  /** The output column of the tree's first value. */
  readonly group: number;
}

/**
 * The trees of a boosted ensemble. Rows are processed in blocks, and within a block tree by tree, so that sums are
 * added in the order of the trees.
 */
export class BoostedTrees {
  private readonly trees: Placed[] = [];
  private readonly columns: SplitColumns;
  private block = new Float64Array(0);
  private bytes = 0;

  /**
   * @param nFeatures columns of the rows
   * @param width values of a leaf
   */
  constructor(
    nFeatures: number,
    private readonly width: number,
    private readonly precision: Precision,
  ) {
    this.columns = new SplitColumns(nFeatures);
  }

  /** Bytes of memory of the trees. */
  get memoryBytes(): number {
    return this.bytes;
  }

  /**
   * @param group the output column that the tree adds to (the first of `width`)
   * @throws ModelFileError if it is not a tree, or if a value is not a number
   */
  add(tree: BoostedTree, group: number): void {
    const order = orderNodes(tree);
    const placed = fitsHeap(tree, order)
      ? { heap: heapTree(tree, order, this.columns, this.width), group }
      : { linked: linkedTree(tree, order, this.columns, this.width), group };
    const { threshold, values, column } = placed.heap ?? placed.linked;
    if (!values.every(Number.isFinite))
      throw new ModelFileError('damaged model: a leaf has a value that is not finite');
    if (threshold.some(Number.isNaN))
      throw new ModelFileError('damaged model: a split has a threshold that is not a number');
    this.bytes += threshold.byteLength + values.byteLength + column.byteLength + 200;
    if (placed.linked) this.bytes += placed.linked.left.byteLength + placed.linked.leaf.byteLength;
    this.trees.push(placed);
  }

  /**
   * Adds the values of each row's leaves, tree after tree. In float32, `out` is a Float32Array: each addition is then
   * rounded to float32.
   * @param x `rows` × `nFeatures`, row-major; NaN is a missing value
   * @param out `rows` × `columns`, row-major
   */
  addTo(x: Float64Array, rows: number, out: Float32Array | Float64Array, columns: number): void {
    const { width, trees } = this;
    // Without splits there are no columns, and leaves do not read the block.
    const stride = Math.max(1, this.columns.count);
    const blockRows =
      Math.max(2, Math.min(MOST_BLOCK_ROWS / ABREAST, Math.floor(BLOCK_VALUES / stride / ABREAST))) * ABREAST;
    const size = Math.min(rows, blockRows) * stride;
    if (this.block.length < size) this.block = new Float64Array(size);
    const { block } = this;
    for (let start = 0; start < rows; start += blockRows) {
      const count = Math.min(blockRows, rows - start);
      this.columns.load(x, start, count, block, this.precision === 'float32');
      for (const { heap, linked, group } of trees) {
        const to = start * columns + group;
        if (heap !== undefined) addHeapTree(heap, block, stride, count, out, to, columns, width);
        else addLinkedTree(linked!, block, stride, count, out, to, columns, width);
      }
    }
  }
}
