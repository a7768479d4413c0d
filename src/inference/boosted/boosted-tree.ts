import { ModelFileError } from '../model.js';

/**
 * The side of a split to which missing values go. `zero-left` and `zero-right` treat zeros as missing too; `as-zero`
 * compares a missing value as 0.
 */
export type MissingRule = 'left' | 'right' | 'zero-left' | 'zero-right' | 'as-zero';

/** A split on categories: bit c of `words` is set for its members. */
export interface CategorySplit {
  readonly words: ArrayLike<number>;
  /** Whether members go right and others left, or the reverse. */
  readonly membersRight: boolean;
  /** Whether values outside the set's range (negative, or beyond its last bit) go right. */
  readonly outsideRight: boolean;
  /** Whether values between -1 and 0 count as category 0, or as outside. */
  readonly truncatesNegative: boolean;
}

/** A tree of an ensemble from a reader: one entry per node, the root first, children by position. */
export interface BoostedTree {
  readonly size: number;
  isLeaf(node: number): boolean;
  readonly left: ArrayLike<number>;
  readonly right: ArrayLike<number>;
  readonly feature: ArrayLike<number>;
  /** A value of at most this goes left, a greater one right. */
  threshold(node: number): number;
  missing(node: number): MissingRule;
  /** The split's categories; undefined for a numeric one. */
  categories?(node: number): CategorySplit | undefined;
  /** Writes the leaf's values to out[at..at + width). */
  writeLeaf(node: number, out: Float64Array, at: number): void;
}

/** A tree's nodes in breadth-first order, the children of each split next to one another. */
export interface NodeOrder {
  /** Position in the file of each node. */
  readonly nodes: Int32Array;
  /** Position in `nodes` of the left child; -1 for a leaf. */
  readonly leftChild: Int32Array;
  /** Splits from the root to the farthest leaf. */
  readonly depth: number;
}

/**
 * Walks a tree from the root.
 * @throws ModelFileError if a child is out of range, or is reached twice
 */
export function orderNodes(tree: BoostedTree): NodeOrder {
  if (tree.size < 1) throw new ModelFileError('damaged model: a tree has no nodes');
  const nodes = new Int32Array(tree.size);
  const leftChild = new Int32Array(tree.size);
  const seen = new Uint8Array(tree.size);
  seen[0] = 1;
  let found = 1;
  let depth = 0;
  let levelEnd = 1;
  for (let k = 0; k < found; k++) {
    if (k === levelEnd) {
      depth++;
      levelEnd = found;
    }
    const node = nodes[k];
    if (tree.isLeaf(node)) {
      leftChild[k] = -1;
      continue;
    }
    leftChild[k] = found;
    nodes[found++] = childOf(node, tree.left[node], seen);
    nodes[found++] = childOf(node, tree.right[node], seen);
  }
  return { nodes: nodes.subarray(0, found), leftChild: leftChild.subarray(0, found), depth };
}

function childOf(parent: number, child: number, seen: Uint8Array): number {
  if (!Number.isInteger(child) || child < 0 || child >= seen.length)
    throw new ModelFileError(
      `damaged model: node ${parent} has the child ${child}, but the tree has ${seen.length} nodes`,
    );
  if (seen[child] === 1)
    throw new ModelFileError(`damaged model: node ${child} has two parents or is its own ancestor`);
  seen[child] = 1;
  return child;
}
