import type { BoostedTree, NodeOrder } from './boosted-tree.js';
import type { SplitColumns } from './split-columns.js';

/** Deeper trees are not padded, because each level doubles the size. */
const DEEPEST = 8;

/**
 * A tree padded to a complete one. The root is split 1, the children of split k are 2k and 2k + 1, and leaf l has the
 * number 2^depth + l. A leaf above the last level becomes splits that send every value left.
 */
export interface HeapTree {
  readonly depth: number;
  /** A split's column in the block, and its threshold. Entry 0 is unused. */
  readonly column: Int32Array;
  readonly threshold: Float64Array;
  /** Values of the leaves, `width` per leaf. */
  readonly values: Float64Array;
}

/** Whether padding costs less than four times the tree's leaves. */
export function fitsHeap(tree: BoostedTree, { nodes, depth }: NodeOrder): boolean {
  if (depth > DEEPEST || 2 ** depth > Math.max(16, 2 * nodes.length)) return false;
  return tree.categories === undefined || nodes.every((node) => tree.isLeaf(node) || !tree.categories!(node));
}

export function heapTree(
  tree: BoostedTree,
  order: NodeOrder,
  columns: SplitColumns,
  width: number,
): HeapTree {
  const { nodes, leftChild, depth } = order;
  const splits = 2 ** depth;
  const column = new Int32Array(splits);
  const threshold = new Float64Array(splits);
  const values = new Float64Array(splits * width);
  // For each place of the complete tree, the position in `nodes`.
  const at = new Int32Array(2 * splits);
  for (let k = 1; k < splits; k++) {
    const child = leftChild[at[k]];
    if (child < 0) {
      threshold[k] = Infinity;
      at[2 * k] = at[2 * k + 1] = at[k];
    } else {
      const node = nodes[at[k]];
      column[k] = columns.of(node, tree.feature[node], tree.missing(node));
      threshold[k] = tree.threshold(node);
      at[2 * k] = child;
      at[2 * k + 1] = child + 1;
    }
  }
  for (let leaf = 0; leaf < splits; leaf++) tree.writeLeaf(nodes[at[splits + leaf]], values, leaf * width);
  return { depth, column, threshold, values };
}

/**
 * Rows that descend together, so that the processor overlaps their memory accesses. More rows need more registers than
 * it has.
 */
export const ABREAST = 6;

/**
 * Adds the values of each row's leaf.
 * @param block rows of `stride` columns
 * @param out the first row's values are at `to`, the next row's `columns` later
 */
export function addHeapTree(
  { depth, column, threshold, values }: HeapTree,
  block: Float64Array,
  stride: number,
  rows: number,
  out: Float32Array | Float64Array,
  to: number,
  columns: number,
  width: number,
): void {
  const leaves = 1 << depth;
  let i = 0;
  for (; i + ABREAST <= rows; i += ABREAST) {
    const r0 = i * stride;
    const r1 = r0 + stride;
    const r2 = r1 + stride;
    const r3 = r2 + stride;
    const r4 = r3 + stride;
    const r5 = r4 + stride;
    let k0 = 1;
    let k1 = 1;
    let k2 = 1;
    let k3 = 1;
    let k4 = 1;
    let k5 = 1;
    for (let level = 0; level < depth; level++) {
      // A condition as a number: the compiler then uses arithmetic instead of a branch.
      k0 = 2 * k0 + +(block[r0 + column[k0]] > threshold[k0]);
      k1 = 2 * k1 + +(block[r1 + column[k1]] > threshold[k1]);
      k2 = 2 * k2 + +(block[r2 + column[k2]] > threshold[k2]);
      k3 = 2 * k3 + +(block[r3 + column[k3]] > threshold[k3]);
      k4 = 2 * k4 + +(block[r4 + column[k4]] > threshold[k4]);
      k5 = 2 * k5 + +(block[r5 + column[k5]] > threshold[k5]);
    }
    const o = to + i * columns;
    for (let v = 0; v < width; v++) {
      out[o + v] += values[(k0 - leaves) * width + v];
      out[o + columns + v] += values[(k1 - leaves) * width + v];
      out[o + 2 * columns + v] += values[(k2 - leaves) * width + v];
      out[o + 3 * columns + v] += values[(k3 - leaves) * width + v];
      out[o + 4 * columns + v] += values[(k4 - leaves) * width + v];
      out[o + 5 * columns + v] += values[(k5 - leaves) * width + v];
    }
  }
  for (; i < rows; i++) {
    const row = i * stride;
    let k = 1;
    for (let level = 0; level < depth; level++) k = 2 * k + +(block[row + column[k]] > threshold[k]);
    const o = to + i * columns;
    for (let v = 0; v < width; v++) out[o + v] += values[(k - leaves) * width + v];
  }
}
