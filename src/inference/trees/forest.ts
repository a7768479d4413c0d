import { cellError } from '../tabular/tables.js';
import type { FlatTrees } from './flat-trees.js';
import { SHALLOW_DEPTH, ShallowTrees } from './shallow-trees.js';

/** How values are compared. */
export interface ForestInput {
  readonly nFeatures: number;
  /**
   * scikit-learn's own trees compare in float32 and reject values that are infinite there; histogram trees compare in
   * float64.
   */
  readonly precision: 'float32' | 'float64';
  readonly acceptsMissing: boolean;
}

/**
 * Values per block of rows: enough rows to use a tree while it is in the cache, few enough to fit in the cache
 * themselves.
 */
const BLOCK_VALUES = 4096;

/**
 * Up to this depth, descending the whole depth costs less than checking at each level whether all rows have reached
 * leaves.
 */
const SHALLOW = 6;

/**
 * Evaluates trees over rows, a block of rows at a time and within it tree by tree. If all values are finite and all
 * splits numeric, four rows descend together without branches, so that the processor overlaps their memory accesses.
 */
export class Forest {
  private block = new Float64Array(0);
  private readonly categories: ReturnType<FlatTrees['categorySets']>;
  private readonly shallow: ShallowTrees | undefined;

  constructor(
    private readonly trees: FlatTrees,
    private readonly input: ForestInput,
  ) {
    this.categories = trees.categorySets();
    if (ShallowTrees.fit(trees)) this.shallow = new ShallowTrees(trees);
  }

  /**
   * Adds the values of each row's leaves to `out`, tree after tree.
   * @param x `rows` × `nFeatures`, row-major
   * @param out `rows` × `columns`; the leaves of tree t go to the columns from (t · width) mod `columns` on
   * @throws ModelInputError for a missing or infinite value that the trees do not accept
   */
  addTo(x: Float64Array, rows: number, out: Float64Array, columns: number): void {
    const { nFeatures } = this.input;
    const blockRows = Math.max(16, Math.floor(BLOCK_VALUES / nFeatures));
    for (let start = 0; start < rows; start += blockRows) {
      const count = Math.min(blockRows, rows - start);
      const finite = this.load(x, start, count);
      const { roots, depths, width } = this.trees;
      for (let t = 0; t < roots.length; t++) {
        const at = start * columns + ((t * width) % columns);
        if (!finite || this.categories !== undefined)
          this.addTreeWithMissing(roots[t], count, out, at, columns);
        else if (this.shallow && depths[t] <= SHALLOW_DEPTH)
          this.shallow.addTo(t, this.block, nFeatures, count, out, at, columns);
        else this.addTree(roots[t], depths[t], count, out, at, columns);
      }
    }
  }

  /** Copies a block of rows; returns whether all its values are finite. */
  private load(x: Float64Array, start: number, count: number): boolean {
    const { nFeatures, precision } = this.input;
    const from = start * nFeatures;
    const size = count * nFeatures;
    if (this.block.length < size) this.block = new Float64Array(size);
    const { block } = this;
    if (precision === 'float64') block.set(x.subarray(from, from + size));
    else for (let k = 0; k < size; k++) block[k] = Math.fround(x[from + k]);
    // A finite sum has only finite terms. If the sum of finite values overflows, the slower evaluation is used.
    let sum = 0;
    for (let k = 0; k < size; k++) sum += block[k];
    if (Number.isFinite(sum)) return true;
    this.check(start, size);
    return false;
  }

  private check(start: number, size: number): void {
    const { nFeatures, precision, acceptsMissing } = this.input;
    for (let k = 0; k < size; k++) {
      const value = this.block[k];
      if (Number.isFinite(value)) continue;
      const missing = Number.isNaN(value);
      if (missing ? acceptsMissing : precision === 'float64') continue;
      const what = missing
        ? 'is missing, which the model does not accept'
        : 'is too large for the model (float32)';
      throw cellError(start + Math.floor(k / nFeatures), k % nFeatures, what);
    }
  }

  private addTree(
    root: number,
    depth: number,
    count: number,
    out: Float64Array,
    at: number,
    columns: number,
  ): void {
    const { left, feature, threshold, leaf, values, width } = this.trees;
    const { block } = this;
    const { nFeatures } = this.input;
    const deep = depth > SHALLOW;
    let i = 0;
    for (; i + 3 < count; i += 4) {
      const row0 = i * nFeatures;
      const row1 = row0 + nFeatures;
      const row2 = row1 + nFeatures;
      const row3 = row2 + nFeatures;
      let node0 = root;
      let node1 = root;
      let node2 = root;
      let node3 = root;
      for (let level = 0; level < depth; level++) {
        // A condition as a number: the compiler then uses arithmetic instead of a branch.
        const next0 = left[node0] + +(block[row0 + feature[node0]] > threshold[node0]);
        const next1 = left[node1] + +(block[row1 + feature[node1]] > threshold[node1]);
        const next2 = left[node2] + +(block[row2 + feature[node2]] > threshold[node2]);
        const next3 = left[node3] + +(block[row3 + feature[node3]] > threshold[node3]);
        if (deep && ((next0 ^ node0) | (next1 ^ node1) | (next2 ^ node2) | (next3 ^ node3)) === 0) break;
        node0 = next0;
        node1 = next1;
        node2 = next2;
        node3 = next3;
      }
      const to = at + i * columns;
      for (let k = 0; k < width; k++) {
        out[to + k] += values[leaf[node0] + k];
        out[to + columns + k] += values[leaf[node1] + k];
        out[to + 2 * columns + k] += values[leaf[node2] + k];
        out[to + 3 * columns + k] += values[leaf[node3] + k];
      }
    }
    for (; i < count; i++) {
      const row = i * nFeatures;
      let node = root;
      let next = root;
      do {
        node = next;
        next = block[row + feature[node]] > threshold[node] ? left[node] + 1 : left[node];
      } while (next !== node);
      for (let k = 0; k < width; k++) out[at + i * columns + k] += values[leaf[node] + k];
    }
  }

  private addTreeWithMissing(
    root: number,
    count: number,
    out: Float64Array,
    at: number,
    columns: number,
  ): void {
    const { left, feature, threshold, missingLeft, leaf, values, width } = this.trees;
    const { nFeatures } = this.input;
    for (let i = 0; i < count; i++) {
      const row = i * nFeatures;
      let node = root;
      let next = root;
      do {
        node = next;
        const value = this.block[row + feature[node]];
        const set = this.categories === undefined ? -1 : this.categories.setOf[node];
        let right: boolean;
        if (Number.isNaN(value) || (set >= 0 && value < 0)) right = missingLeft[node] === 0;
        else if (set >= 0) right = !this.isInSet(set, value);
        else right = value > threshold[node];
        next = right ? left[node] + 1 : left[node];
      } while (next !== node);
      for (let k = 0; k < width; k++) out[at + i * columns + k] += values[leaf[node] + k];
    }
  }

  private isInSet(set: number, value: number): boolean {
    const category = value & 255;
    const word = this.categories?.sets[set + (category >> 5)] ?? 0;
    return ((word >>> (category & 31)) & 1) === 1;
  }
}
