import { AdditiveScores } from '../../inference/boosting/additive-scores.js';
import { BoostedTrees, type BoostedTree } from '../../inference/boosting/boosted-trees.js';
import type { LinearLeaves } from '../../inference/boosting/linear-leaves.js';
import { COLUMN_KIND, SplitColumns, type ColumnKind } from '../../inference/boosting/split-columns.js';
import { ModelFileError } from '../../inference/model.js';
import { readHead, type Head } from './head.js';
import { Lines } from './lines.js';
import { readTail, type Tail } from './tail.js';
import { readTree, type LinearText, type TreeText } from './tree-text.js';

/** A model as its text tells it, ready to compute raw scores. */
export interface LightgbmModel {
  readonly head: Head;
  readonly tail: Tail;
  readonly scores: AdditiveScores;
  /** Rounds of boosting: trees by scores a row. */
  readonly rounds: number;
}

/** LightGBM's kZeroThreshold, 1e-35 in float32: values no larger are dropped from a row, as if they were 0. */
const ZERO_THRESHOLD = Math.fround(1e-35);

const CATEGORICAL_BIT = 1;
const DEFAULT_LEFT_BIT = 2;
const MISSING_SHIFT = 2;
const LARGEST_DECISION = 15;

/**
 * Reads the text that `Booster.save_model` writes, and that a pickled Booster holds.
 * @throws ModelFileError in one line that names what is missing, damaged or not supported
 */
export function readLightgbm(bytes: Buffer): LightgbmModel {
  const lines = new Lines(bytes);
  const head = readHead(lines);
  const trees = readTrees(lines, head);
  const tail = readTail(lines);
  const columns = new SplitColumns(head.nFeatures, ZERO_THRESHOLD);
  const linear = trees.map((tree, t) => tree.linear && linearLeaves(tree.linear, columns, t));
  const boosted = new BoostedTrees(trees.map((tree, t) => boostedTree(tree, columns, t)));
  return {
    head,
    tail,
    scores: new AdditiveScores(columns, boosted, linear, head.scores),
    rounds: trees.length / head.scores,
  };
}

function readTrees(lines: Lines, head: Head): TreeText[] {
  const trees: TreeText[] = [];
  while (lines.startsWith('Tree=')) {
    trees.push(readTree(lines, trees.length));
    // Empty lines lie between trees, and behind the last one.
    while (lines.isEmpty && lines.advance());
  }
  if (head.trees !== undefined && trees.length !== head.trees) {
    throw new ModelFileError(
      `the file holds ${trees.length} trees of ${head.trees}: it is cut short or damaged`,
    );
  }
  if (trees.length === 0) throw new ModelFileError('the model has no trees: it was not trained');
  if (trees.length % head.scores !== 0) {
    throw new ModelFileError(
      `${trees.length} trees do not make whole rounds of ${head.scores} (num_tree_per_iteration)`,
    );
  }
  return trees;
}

function boostedTree(tree: TreeText, columns: SplitColumns, number: number): BoostedTree {
  const { feature, threshold, left, right, leaves, sets } = tree;
  const column = new Int32Array(feature.length);
  const categories: (Uint32Array | undefined)[] = [];
  tree.decision.forEach((decision, split) => {
    const kind = kindOf(decision, split, number);
    column[split] = columns.columnOf(
      checkedFeature(feature[split], columns, `tree ${number}: split_feature`),
      kind,
    );
    if (kind === COLUMN_KIND.category) categories[split] = setOf(sets, threshold[split], number);
  });
  return { column, threshold, left, right, leaves, ...(categories.length > 0 && { categories }) };
}

/** How a split reads its feature, from LightGBM's decision_type (include/LightGBM/tree.h). */
function kindOf(decision: number, split: number, tree: number): ColumnKind {
  const missing = decision >> MISSING_SHIFT;
  if (decision < 0 || decision > LARGEST_DECISION || missing === 3) {
    throw new ModelFileError(
      `tree ${tree}: split ${split} has decision_type ${decision}, which is not known`,
    );
  }
  if ((decision & CATEGORICAL_BIT) !== 0) return COLUMN_KIND.category;
  const left = (decision & DEFAULT_LEFT_BIT) !== 0;
  if (missing === 0) return COLUMN_KIND.missingIsZero;
  if (missing === 1) return left ? COLUMN_KIND.zeroLeft : COLUMN_KIND.zeroRight;
  return left ? COLUMN_KIND.missingLeft : COLUMN_KIND.missingRight;
}

function setOf(sets: readonly Uint32Array[], threshold: number, tree: number): Uint32Array {
  const set = sets[threshold];
  if (set === undefined) {
    throw new ModelFileError(
      `tree ${tree} splits on set ${threshold} of categories, and has ${sets.length} of them`,
    );
  }
  return set;
}

function checkedFeature(feature: number, { nFeatures }: SplitColumns, place: string): number {
  if (feature >= 0 && feature < nFeatures) return feature;
  throw new ModelFileError(
    `${place} is ${feature}, and the model has ${nFeatures} features (max_feature_idx)`,
  );
}

function linearLeaves(
  { constant, counts, features, coefficients }: LinearText,
  columns: SplitColumns,
  tree: number,
): LinearLeaves {
  const starts = new Int32Array(counts.length + 1);
  counts.forEach((count, leaf) => (starts[leaf + 1] = starts[leaf] + count));
  const place = `tree ${tree}: leaf_features`;
  return {
    constant,
    starts,
    coefficients,
    columns: features.map((feature) =>
      columns.columnOf(checkedFeature(feature, columns, place), COLUMN_KIND.value),
    ),
  };
}
