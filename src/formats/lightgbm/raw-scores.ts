import { BoostedTrees } from '../../inference/boosted/boosted-trees.js';
import { linearValue, type LinearLeaves } from '../../inference/boosted/linear-leaves.js';
import { ModelFileError } from '../../inference/model.js';
import type { Matrix } from '../../inference/tabular/evaluator.js';
import { boostedTree } from './boosted-tree.js';
import type { LinearText, TreeText } from './tree-text.js';

/** LightGBM's kZeroThreshold, 1e-35 in float32: values no larger are dropped from a row, as if they were 0. */
const ZERO_THRESHOLD = Math.fround(1e-35);

/** Rows per block if leaves contain linear models. */
const LINEAR_ROWS = 256;

/** The values of a tree's leaves, and their linear models if the tree has any. */
interface TreeLeaves {
  readonly values: Float64Array;
  readonly models?: LinearLeaves;
}

/** Raw scores: for each class the sum of the values of its trees, in float64 and in the order of the trees. */
export class RawScores {
  private readonly sums: BoostedTrees;
  /** By tree, if leaves contain linear models. Then `sums` returns the number of the leaf in each tree instead. */
  private readonly linear: readonly TreeLeaves[] | undefined;

  /**
   * @param trees the trees to use; tree t adds to score t mod `scores`
   * @throws ModelFileError if one of them is damaged
   */
  constructor(
    trees: readonly TreeText[],
    private readonly nFeatures: number,
    private readonly scores: number,
  ) {
    this.sums = new BoostedTrees(nFeatures, 1, 'float64');
    const isLinear = trees.some(({ linear }) => linear !== undefined);
    trees.forEach((tree, t) => {
      if (isLinear)
        this.sums.add(
          boostedTree(tree, t, nFeatures, (leaf) => leaf),
          t,
        );
      else this.sums.add(boostedTree(tree, t, nFeatures), t % scores);
    });
    if (isLinear) {
      this.linear = trees.map(({ leaves, linear }, t) => ({
        values: leaves,
        ...(linear && { models: linearLeaves(linear, nFeatures, t) }),
      }));
    }
  }

  /** Approximate bytes of the trees. */
  get memoryBytes(): number {
    return this.sums.memoryBytes;
  }

  /** @param x `rows` × nFeatures, row-major; NaN is a missing value */
  of(x: Float64Array, rows: number): Matrix {
    const { scores } = this;
    const data = new Float64Array(rows * scores);
    if (this.linear === undefined) this.sums.addTo(prepared(x), rows, data, scores);
    else this.addLinear(this.linear, x, rows, data);
    return { rows, columns: scores, data };
  }

  private addLinear(trees: readonly TreeLeaves[], x: Float64Array, rows: number, data: Float64Array): void {
    const { nFeatures, scores, sums } = this;
    const values = x.map((value) => (isZero(value) ? 0 : value));
    for (let start = 0; start < rows; start += LINEAR_ROWS) {
      const count = Math.min(LINEAR_ROWS, rows - start);
      const leaves = new Float64Array(count * trees.length);
      const block = values.subarray(start * nFeatures, (start + count) * nFeatures);
      sums.addTo(prepared(block), count, leaves, trees.length);
      for (let i = 0; i < count; i++) {
        for (let t = 0; t < trees.length; t++) {
          const leaf = leaves[i * trees.length + t];
          const { values: constants, models } = trees[t];
          data[(start + i) * scores + (t % scores)] += models
            ? linearValue(models, leaf, block, i * nFeatures, constants[leaf])
            : constants[leaf];
        }
      }
    }
  }
}

function isZero(value: number): boolean {
  return value >= -ZERO_THRESHOLD && value <= ZERO_THRESHOLD;
}

/**
 * A copy in which values that LightGBM treats as 0 are 0, and +∞ is the largest number, so that it goes left at a
 * threshold of +∞.
 */
function prepared(x: Float64Array): Float64Array {
  const out = new Float64Array(x.length);
  for (let k = 0; k < x.length; k++) {
    const value = x[k];
    out[k] = isZero(value) ? 0 : value === Infinity ? Number.MAX_VALUE : value;
  }
  return out;
}

function linearLeaves({ counts, ...text }: LinearText, nFeatures: number, tree: number): LinearLeaves {
  const outside = text.features.find((feature) => feature < 0 || feature >= nFeatures);
  if (outside !== undefined) {
    throw new ModelFileError(
      `tree ${tree}: leaf_features holds ${outside}, and the model has ${nFeatures} features`,
    );
  }
  const starts = new Int32Array(counts.length + 1);
  counts.forEach((count, leaf) => (starts[leaf + 1] = starts[leaf] + count));
  return { ...text, starts };
}
