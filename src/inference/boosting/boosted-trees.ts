import { ModelFileError } from '../model.js';

/** A tree as a file holds it: arrays of its splits, and the values of its leaves. */
export interface BoostedTree {
  /** Number of the column of each split in the blocks that are walked. */
  readonly column: Int32Array;
  /** A value above it goes right. For a split on categories: unused. */
  readonly threshold: Float64Array;
  /** A number of a split, or ~leaf. */
  readonly left: Int32Array;
  readonly right: Int32Array;
  /** The categories that go left, as bits of 32-bit words; undefined for a split on numbers. */
  readonly categories?: readonly (Uint32Array | undefined)[];
  readonly leaves: Float64Array;
}

/** Up to this depth, stepping as deep as the tree goes costs less than asking at each level whether all rows are at leaves. */
const SHALLOW = 6;
const NO_SET = -1;

/**
 * Trees of a boosted ensemble in one set of arrays, an entry a node, level by level. Siblings are neighbours, so a step is
 * `left[node] + (value > threshold[node])`. A leaf has a threshold of +∞ and itself for a left child, so that rows that
 * step together may go on once they have arrived.
 */
export class BoostedTrees {
  /** The value of a leaf; 0 for splits. */
  readonly value: Float64Array;
  /** The leaf's number in its tree; -1 for splits. */
  readonly leafNumber: Int32Array;
  private readonly left: Int32Array;
  private readonly column: Int32Array;
  private readonly threshold: Float64Array;
  private readonly roots: number[] = [];
  /** Steps from each root to its farthest leaf. */
  private readonly depths: number[] = [];
  /** Where the set of a split on categories begins in `sets` (its number of words comes first), or -1. */
  private readonly setOf: Int32Array | undefined;
  private readonly sets: Uint32Array;
  private readonly hasSets: boolean[] = [];
  private nodes = 0;
  private setWords = 0;

  /** @throws ModelFileError where the splits of a tree do not make a tree, or one compares with NaN */
  constructor(trees: readonly BoostedTree[]) {
    const nodes = sum(trees, ({ column, leaves }) => column.length + leaves.length);
    const words = sum(trees, ({ categories = [] }) => sum(categories, (set) => (set ? set.length + 1 : 0)));
    this.value = new Float64Array(nodes);
    this.leafNumber = new Int32Array(nodes).fill(-1);
    this.left = new Int32Array(nodes);
    this.column = new Int32Array(nodes);
    this.threshold = new Float64Array(nodes).fill(Infinity);
    this.setOf = words > 0 ? new Int32Array(nodes).fill(NO_SET) : undefined;
    this.sets = new Uint32Array(words);
    trees.forEach((tree, t) => this.add(tree, t));
  }

  get count(): number {
    return this.roots.length;
  }

  /** Bytes of all arrays. */
  get bytes(): number {
    const { value, leafNumber, left, column, threshold, sets, setOf } = this;
    const arrays = [value, leafNumber, left, column, threshold, sets];
    return sum(arrays, ({ byteLength }) => byteLength) + (setOf?.byteLength ?? 0);
  }

  /**
   * Finds the leaf that each row falls into.
   * @param block `rows` × `columns`, row-major, as SplitColumns fills it
   * @param into the node of row i's leaf is written to `into[i]`
   */
  walk(tree: number, block: Float64Array, columns: number, rows: number, into: Int32Array): void {
    if (this.hasSets[tree]) this.walkOneByOne(tree, block, columns, rows, into);
    else this.walkTogether(tree, block, columns, rows, into);
  }

  /** Four rows side by side, without branches, so that the processor overlaps their waits for memory. */
  private walkTogether(
    tree: number,
    block: Float64Array,
    columns: number,
    rows: number,
    into: Int32Array,
  ): void {
    const { left, column, threshold } = this;
    const root = this.roots[tree];
    const depth = this.depths[tree];
    const deep = depth > SHALLOW;
    let i = 0;
    for (; i + 3 < rows; i += 4) {
      const row0 = i * columns;
      const row1 = row0 + columns;
      const row2 = row1 + columns;
      const row3 = row2 + columns;
      let node0 = root;
      let node1 = root;
      let node2 = root;
      let node3 = root;
      for (let level = 0; level < depth; level++) {
        // A condition as a number, not as a choice: the compiler makes it arithmetic.
        const next0 = left[node0] + +(block[row0 + column[node0]] > threshold[node0]);
        const next1 = left[node1] + +(block[row1 + column[node1]] > threshold[node1]);
        const next2 = left[node2] + +(block[row2 + column[node2]] > threshold[node2]);
        const next3 = left[node3] + +(block[row3 + column[node3]] > threshold[node3]);
        if (deep && ((next0 ^ node0) | (next1 ^ node1) | (next2 ^ node2) | (next3 ^ node3)) === 0) break;
        node0 = next0;
        node1 = next1;
        node2 = next2;
        node3 = next3;
      }
      into[i] = node0;
      into[i + 1] = node1;
      into[i + 2] = node2;
      into[i + 3] = node3;
    }
    for (; i < rows; i++) {
      const row = i * columns;
      let node = root;
      for (let level = 0; level < depth; level++) {
        node = left[node] + +(block[row + column[node]] > threshold[node]);
      }
      into[i] = node;
    }
  }

  private walkOneByOne(
    tree: number,
    block: Float64Array,
    columns: number,
    rows: number,
    into: Int32Array,
  ): void {
    const { left, column, threshold } = this;
    const setOf = this.setOf!;
    for (let i = 0, row = 0; i < rows; i++, row += columns) {
      let node = this.roots[tree];
      let next = node;
      do {
        node = next;
        const value = block[row + column[node]];
        const set = setOf[node];
        const right = set === NO_SET ? value > threshold[node] : !this.isInSet(set, value);
        next = left[node] + +right;
      } while (next !== node);
      into[i] = node;
    }
  }

  private isInSet(set: number, category: number): boolean {
    if (category < 0) return false;
    const word = category >>> 5;
    return word < this.sets[set] && ((this.sets[set + 1 + word] >>> (category & 31)) & 1) === 1;
  }

  /** Adds a tree, renumbered level by level. */
  private add(tree: BoostedTree, number: number): void {
    const { column, left, right } = tree;
    const first = this.nodes;
    const splits = column.length;
    const total = splits + tree.leaves.length;
    // Entries of the queue, and of `seen`: splits as they are, leaf l as splits + l.
    const order = new Int32Array(total);
    const seen = new Uint8Array(total);
    const root = splits > 0 ? 0 : splits;
    order[0] = root;
    seen[root] = 1;
    let found = 1;
    let depth = 0;
    const visit = (split: number, child: number): void => {
      const entry = child >= 0 ? child : splits + ~child;
      if (child >= splits || entry >= total || seen[entry] === 1) {
        const what = child >= 0 ? `split ${child}` : `leaf ${~child}`;
        throw new ModelFileError(
          `tree ${number} is damaged: ${what}, a child of split ${split}, is out of range or has two parents`,
        );
      }
      seen[entry] = 1;
      order[found++] = entry;
    };
    for (let k = 0, levelEnd = 1; k < found; k++) {
      if (k === levelEnd) {
        depth++;
        levelEnd = found;
      }
      const entry = order[k];
      const node = first + k;
      if (entry >= splits) {
        this.left[node] = node;
        this.value[node] = tree.leaves[entry - splits];
        this.leafNumber[node] = entry - splits;
        continue;
      }
      this.left[node] = first + found;
      this.addSplit(tree, entry, node, number);
      visit(entry, left[entry]);
      visit(entry, right[entry]);
    }
    if (found < total)
      throw new ModelFileError(`tree ${number} is damaged: ${total - found} of its nodes have no parent`);
    this.roots.push(first);
    this.depths.push(depth);
    this.hasSets.push(tree.categories?.some((set) => set !== undefined) === true);
    this.nodes += total;
  }

  private addSplit(
    { column, threshold, categories }: BoostedTree,
    split: number,
    node: number,
    tree: number,
  ): void {
    this.column[node] = column[split];
    const set = categories?.[split];
    if (set !== undefined) {
      this.setOf![node] = this.setWords;
      this.sets[this.setWords] = set.length;
      this.sets.set(set, this.setWords + 1);
      this.setWords += set.length + 1;
      return;
    }
    const limit = threshold[split];
    if (Number.isNaN(limit))
      throw new ModelFileError(`tree ${tree} is damaged: split ${split} compares with NaN`);
    // +∞ marks leaves and values that always go right; no number is above the largest one.
    this.threshold[node] = limit === Infinity ? Number.MAX_VALUE : limit;
  }
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}
