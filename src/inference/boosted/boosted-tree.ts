import { ModelFileError } from '../model.js';

/**
 * Where a row whose value is missing goes at a split. `zero-left` and `zero-right` count zeros as missing too; at
 * `as-zero` a missing value is compared as 0.
 */
export type MissingRule = 'left' | 'right' | 'zero-left' | 'zero-right' | 'as-zero';

/** A split on categories: bit c of `words` is set for its members. */
export interface CategorySplit {
  readonly words: ArrayLike<number>;
  /** Whether members go right and the others left, or the other way round. */
  readonly membersRight: boolean;
  /** Whether a value that is no category of the set's range goes right: negative, or beyond its last bit. */
  readonly outsideRight: boolean;
  /** Whether values between -1 and 0 count as category 0, or as outside. */
  readonly truncatesNegative: boolean;
}

/** A tree of an ensemble as a reader hands it over: one entry a node, the root first, children by position. */
export interface BoostedTree {
  readonly size: number;
  isLeaf(node: number): boolean;
  readonly left: ArrayLike<number>;
  readonly right: ArrayLike<number>;
  readonly feature: ArrayLike<number>;
  /** A value goes left where it is at most this, right where it is greater. */
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
 * Walks a tree, so that everything reachable is known to be one.
 * @throws ModelFileError where a child is out of range, or reached twice
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
