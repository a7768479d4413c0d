/** A tree of the text in the form of the numeric core: splits first, then leaves. */
import type { BoostedTree, CategorySplit, MissingRule } from '../../inference/boosted/boosted-tree.js';
import { ModelFileError } from '../../inference/model.js';
import type { TreeText } from './tree-text.js';

const CATEGORICAL_BIT = 1;
const DEFAULT_LEFT_BIT = 2;
const MISSING_SHIFT = 2;
const LARGEST_DECISION = 15;

/** How a split reads its feature, from LightGBM's decision_type (include/LightGBM/tree.h). */
function missingRule(decision: number): MissingRule {
  // A missing value is not a member of any set, so it goes right.
  if ((decision & CATEGORICAL_BIT) !== 0) return 'right';
  const left = (decision & DEFAULT_LEFT_BIT) !== 0;
  const type = decision >> MISSING_SHIFT;
  if (type === 0) return 'as-zero';
  if (type === 1) return left ? 'zero-left' : 'zero-right';
  return left ? 'left' : 'right';
}

/**
 * @param number the tree's number, for messages
 * @param leafValue the value of a leaf by its number; default: the file's
 * @throws ModelFileError naming the damaged tree and split
 */
export function boostedTree(
  tree: TreeText,
  number: number,
  nFeatures: number,
  leafValue?: (leaf: number) => number,
): BoostedTree {
  const { feature, threshold, decision, leaves, sets } = tree;
  const splits = feature.length;
  checkSplits(tree, number, nFeatures);
  // From here on, a negative number means that there is no split.
  const nodeOf = (child: number): number => (child < 0 ? splits + ~child : child < splits ? child : ~child);
  const left = tree.left.map(nodeOf);
  const right = tree.right.map(nodeOf);
  checkShape(left, right, splits, number);
  const isCategorical = (node: number): boolean => (decision[node] & CATEGORICAL_BIT) !== 0;
  const hasSets = sets.length > 0 && decision.some((_, node) => isCategorical(node));
  return {
    size: splits + leaves.length,
    isLeaf: (node) => node >= splits,
    left,
    right,
    feature,
    // The core uses +∞ for values that always go right, so the threshold is the largest finite number instead.
    threshold: (node) => Math.min(threshold[node], Number.MAX_VALUE),
    missing: (node) => missingRule(decision[node]),
    ...(hasSets && {
      categories: (node) => (isCategorical(node) ? categorySplit(sets[threshold[node]]) : undefined),
    }),
    writeLeaf: (node, out, at) => {
      const leaf = node - splits;
      out[at] = leafValue === undefined ? leaves[leaf] : leafValue(leaf);
    },
  };
}

/** Members go left. Anything else goes right: other categories, negative ones, those beyond the set. */
function categorySplit(words: Uint32Array): CategorySplit {
  return { words, membersRight: false, outsideRight: true, truncatesNegative: true };
}

function checkSplits(
  { feature, threshold, decision, sets }: TreeText,
  tree: number,
  nFeatures: number,
): void {
  for (let split = 0; split < feature.length; split++) {
    const type = decision[split];
    if (feature[split] < 0 || feature[split] >= nFeatures) {
      throw new ModelFileError(
        `tree ${tree}: split_feature is ${feature[split]}, and the model has ${nFeatures} features (max_feature_idx)`,
      );
    }
    if (type < 0 || type > LARGEST_DECISION || type >> MISSING_SHIFT === 3) {
      throw new ModelFileError(`tree ${tree}: split ${split} has decision_type ${type}, which is not known`);
    }
    if ((type & CATEGORICAL_BIT) !== 0 && sets[threshold[split]] === undefined) {
      throw new ModelFileError(
        `tree ${tree} splits on set ${threshold[split]} of categories, and has ${sets.length} of them`,
      );
    }
    if (Number.isNaN(threshold[split])) throw damaged(tree, `split ${split} compares with NaN`);
  }
}

/** Checks that every node except the root has one parent and is reached from the root. */
function checkShape(left: Int32Array, right: Int32Array, splits: number, tree: number): void {
  const size = 2 * splits + 1;
  const seen = new Uint8Array(size);
  const open = [0];
  let found = 1;
  seen[0] = 1;
  for (let split = open.pop(); split !== undefined; split = open.pop()) {
    if (split >= splits) continue;
    for (const child of [left[split], right[split]]) {
      if (child < 0 || child >= size || seen[child] === 1) {
        const what = child >= splits ? `leaf ${child - splits}` : `split ${child < 0 ? ~child : child}`;
        throw damaged(tree, `${what}, a child of split ${split}, is out of range or has two parents`);
      }
      seen[child] = 1;
      found++;
      open.push(child);
    }
  }
  if (found < size) throw damaged(tree, `${size - found} of its nodes have no parent`);
}

function damaged(tree: number, what: string): ModelFileError {
  return new ModelFileError(`tree ${tree} is damaged: ${what}`);
}
