import type { BoostedTree, CategorySplit, NodeOrder } from './boosted-tree.js';
import type { SplitColumns } from './split-columns.js';

/** Splits on categories of one tree, by node. */
interface CategorySplits {
  /** Start of a node's set in `words`; -1 for a numeric split. */
  readonly start: Int32Array;
  /** Number of bits of a node's set. */
  readonly limit: Int32Array;
  readonly outsideRight: Uint8Array;
  readonly words: Uint32Array;
  readonly membersRight: boolean;
  readonly truncatesNegative: boolean;
}

/**
 * A tree that is too deep or too uneven to be padded, or that splits on categories. The children of node k are
 * `left[k]` and the next node. A leaf is its own left child and has the threshold +∞, so that a further step stays at
 * the leaf.
 */
export interface LinkedTree {
  readonly depth: number;
  readonly left: Int32Array;
  readonly column: Int32Array;
  readonly threshold: Float64Array;
  /** Start of a leaf's values in `values`. */
  readonly leaf: Int32Array;
  readonly values: Float64Array;
  readonly categories?: CategorySplits;
}

export function linkedTree(
  tree: BoostedTree,
  { nodes, leftChild, depth }: NodeOrder,
  columns: SplitColumns,
  width: number,
): LinkedTree {
  const size = nodes.length;
  const left = new Int32Array(size);
  const column = new Int32Array(size);
  const threshold = new Float64Array(size);
  const leaf = new Int32Array(size);
  const values = new Float64Array(((size + 1) / 2) * width);
  const splits: (CategorySplit | undefined)[] = [];
  let used = 0;
  for (let k = 0; k < size; k++) {
    const node = nodes[k];
    if (leftChild[k] < 0) {
      left[k] = k;
      threshold[k] = Infinity;
      leaf[k] = used;
      tree.writeLeaf(node, values, used);
      used += width;
      continue;
    }
    left[k] = leftChild[k];
    column[k] = columns.of(node, tree.feature[node], tree.missing(node));
    const split = tree.categories?.(node);
    if (split === undefined) threshold[k] = tree.threshold(node);
    else splits[k] = split;
  }
  const categories = splits.length > 0 ? categorySplits(splits, size) : undefined;
  return { depth, left, column, threshold, leaf, values, ...(categories && { categories }) };
}

function categorySplits(splits: readonly (CategorySplit | undefined)[], size: number): CategorySplits {
  const start = new Int32Array(size).fill(-1);
  const limit = new Int32Array(size);
  const outsideRight = new Uint8Array(size);
  const words: number[] = [];
  let membersRight = false;
  let truncatesNegative = false;
  splits.forEach((split, k) => {
    if (split === undefined) return;
    ({ membersRight, truncatesNegative } = split);
    start[k] = words.length;
    limit[k] = 32 * split.words.length;
    outsideRight[k] = +split.outsideRight;
    for (let w = 0; w < split.words.length; w++) words.push(split.words[w]);
  });
  return { start, limit, outsideRight, words: Uint32Array.from(words), membersRight, truncatesNegative };
}

/** Like `addHeapTree`. */
export function addLinkedTree(
  tree: LinkedTree,
  block: Float64Array,
  stride: number,
  rows: number,
  out: Float32Array | Float64Array,
  to: number,
  columns: number,
  width: number,
): void {
  const { left, column, threshold, leaf, values, categories } = tree;
  let i = 0;
  if (categories === undefined) {
    for (; i + 4 <= rows; i += 4) {
      const r0 = i * stride;
      const r1 = r0 + stride;
      const r2 = r1 + stride;
      const r3 = r2 + stride;
      let k0 = 0;
      let k1 = 0;
      let k2 = 0;
      let k3 = 0;
      for (;;) {
        const n0 = left[k0] + +(block[r0 + column[k0]] > threshold[k0]);
        const n1 = left[k1] + +(block[r1 + column[k1]] > threshold[k1]);
        const n2 = left[k2] + +(block[r2 + column[k2]] > threshold[k2]);
        const n3 = left[k3] + +(block[r3 + column[k3]] > threshold[k3]);
        if (((n0 ^ k0) | (n1 ^ k1) | (n2 ^ k2) | (n3 ^ k3)) === 0) break;
        k0 = n0;
        k1 = n1;
        k2 = n2;
        k3 = n3;
      }
      const o = to + i * columns;
      for (let v = 0; v < width; v++) {
        out[o + v] += values[leaf[k0] + v];
        out[o + columns + v] += values[leaf[k1] + v];
        out[o + 2 * columns + v] += values[leaf[k2] + v];
        out[o + 3 * columns + v] += values[leaf[k3] + v];
      }
    }
  }
  for (; i < rows; i++) {
    const row = i * stride;
    let k = 0;
    for (;;) {
      const value = block[row + column[k]];
      const byCategory = categories !== undefined && categories.start[k] >= 0;
      const right = byCategory ? goesRight(categories, k, value) : value > threshold[k];
      const next = left[k] + +right;
      if (next === k) break;
      k = next;
    }
    const o = to + i * columns;
    for (let v = 0; v < width; v++) out[o + v] += values[leaf[k] + v];
  }
}

function goesRight(splits: CategorySplits, node: number, value: number): boolean {
  // A missing value was replaced by ±∞, according to the side that it goes to.
  if (value === Infinity || value === -Infinity) return value > 0;
  const category = Math.trunc(value);
  const below = splits.truncatesNegative ? category < 0 : value < 0;
  if (below || category >= splits.limit[node]) return splits.outsideRight[node] === 1;
  const word = splits.words[splits.start[node] + (category >>> 5)];
  const member = ((word >>> (category & 31)) & 1) === 1;
  return member === splits.membersRight;
}
