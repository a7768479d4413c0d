import { ModelFileError } from '../model.js';

/** A binary decision tree as in a file: one entry per node, the root first, children by position. */
export interface TreeSource {
  readonly size: number;
  readonly isLeaf: (node: number) => boolean;
  readonly left: ArrayLike<number>;
  readonly right: ArrayLike<number>;
  readonly feature: ArrayLike<number>;
  /** A value of at most this goes left. */
  readonly threshold: ArrayLike<number>;
  /** Whether a missing value goes left. If absent, missing values always go right. */
  readonly missingLeft?: ArrayLike<number>;
  /** The set of categories that go left, 256 bits in eight words; undefined for a numeric split. */
  readonly categories?: (node: number) => Uint32Array | undefined;
  /** Writes the leaf's values to out[at..at+width). */
  readonly writeLeaf: (node: number, depth: number, out: Float64Array, at: number) => void;
}

/**
 * All trees of an ensemble in one set of arrays, one entry per node. Siblings are adjacent, so a step is `left[node] +
 * (value > threshold[node])`. A leaf has the threshold +∞ and is its own left child, so that rows which descend
 * together can take further steps at a leaf.
 */
export class FlatTrees {
  readonly left: Int32Array;
  readonly feature: Int32Array;
  readonly threshold: Float64Array;
  readonly missingLeft: Uint8Array;
  /** Start of a leaf's values in `values`. */
  readonly leaf: Int32Array;
  readonly values: Float64Array;
  readonly roots: number[] = [];
  /** Steps from each root to its farthest leaf. */
  readonly depths: number[] = [];
  /** Start of a node's set of categories in `sets`, or -1; absent if no split is on categories. */
  private setOf?: Int32Array;
  private readonly setWords: number[] = [];
  private nodes = 0;
  private used = 0;

  /**
   * @param sizes number of nodes of each tree to be added
   * @param width values of a leaf
   * @param nFeatures columns that splits may refer to
   */
  constructor(
    sizes: readonly number[],
    readonly width: number,
    private readonly nFeatures: number,
  ) {
    const nodes = sizes.reduce((sum, size) => sum + size, 0);
    const leaves = sizes.reduce((sum, size) => sum + Math.ceil(size / 2), 0);
    this.left = new Int32Array(nodes);
    this.feature = new Int32Array(nodes);
    this.threshold = new Float64Array(nodes);
    this.missingLeft = new Uint8Array(nodes);
    this.leaf = new Int32Array(nodes);
    this.values = new Float64Array(leaves * width);
  }

  /** The sets of categories, once all trees are added. */
  categorySets(): { readonly setOf: Int32Array; readonly sets: Uint32Array } | undefined {
    return this.setOf && { setOf: this.setOf, sets: Uint32Array.from(this.setWords) };
  }

  /**
   * Adds a tree, renumbered level by level.
   * @throws ModelFileError if it is not a tree: a child out of range or with two parents, a cycle, an unknown feature,
   * a value that is not finite
   */
  add(tree: TreeSource): void {
    if (tree.size < 1) throw new ModelFileError('a decision tree has no nodes');
    const first = this.nodes;
    const order = new Int32Array(tree.size);
    const seen = new Uint8Array(tree.size);
    seen[0] = 1;
    let found = 1;
    let depth = 0;
    for (let k = 0, levelEnd = 1; k < found; k++) {
      if (k === levelEnd) {
        depth++;
        levelEnd = found;
      }
      const source = order[k];
      if (tree.isLeaf(source)) {
        this.addLeaf(tree, source, first + k, depth);
        continue;
      }
      this.addSplit(tree, source, first + k, first + found);
      order[found++] = childOf(source, tree.left[source], seen);
      order[found++] = childOf(source, tree.right[source], seen);
    }
    if (found !== tree.size)
      throw new ModelFileError(`${tree.size - found} nodes of a decision tree are not reached from its root`);
    this.roots.push(first);
    this.depths.push(depth);
    this.nodes += found;
  }

  private addLeaf(tree: TreeSource, source: number, node: number, depth: number): void {
    this.threshold[node] = Infinity;
    this.left[node] = node;
    this.leaf[node] = this.used;
    this.missingLeft[node] = 1;
    tree.writeLeaf(source, depth, this.values, this.used);
    for (let k = 0; k < this.width; k++) {
      if (!Number.isFinite(this.values[this.used + k])) {
        throw new ModelFileError(`node ${source} of a decision tree has a value that is not finite`);
      }
    }
    this.used += this.width;
  }

  private addSplit(tree: TreeSource, source: number, node: number, firstChild: number): void {
    const feature = tree.feature[source];
    if (!Number.isInteger(feature) || feature < 0 || feature >= this.nFeatures) {
      throw new ModelFileError(
        `node ${source} of a decision tree splits on feature ${feature}, of ${this.nFeatures}`,
      );
    }
    if (Number.isNaN(tree.threshold[source]))
      throw new ModelFileError(
        `node ${source} of a decision tree splits at a threshold that is not a number`,
      );
    this.left[node] = firstChild;
    this.feature[node] = feature;
    this.threshold[node] = tree.threshold[source];
    this.missingLeft[node] = tree.missingLeft?.[source] ? 1 : 0;
    const set = tree.categories?.(source);
    if (set === undefined) return;
    this.setOf ??= new Int32Array(this.left.length).fill(-1);
    this.setOf[node] = this.setWords.length;
    this.setWords.push(...set);
  }
}

function childOf(parent: number, child: number, seen: Uint8Array): number {
  if (!Number.isInteger(child) || child < 0 || child >= seen.length || seen[child] === 1) {
    throw new ModelFileError(`node ${parent} of a decision tree has the child ${child}: not a tree`);
  }
  seen[child] = 1;
  return child;
}
