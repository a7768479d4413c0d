import type { BoostedTree, CategorySplit } from '../../inference/boosted/boosted-tree.js';
import { previousFloat32 } from '../../inference/boosted/float32.js';
import type { TreeArrays } from './learner.js';
import { isBefore, type Version } from './version.js';

const LEAF = -1;

/**
 * A tree by XGBoost's rules: values smaller than the threshold go left, members of a split's categories right.
 * @param scale what a leaf's value counts as (dart's weights), for its k-th value
 */
export function boostedTree(
  tree: TreeArrays,
  width: number,
  scale: (leaf: number, k: number) => number,
  version: Version,
): BoostedTree {
  const { left, right, feature, condition, defaultLeft, categories, vectors } = tree;
  // Only 1.6 sends values outside the set's range in the direction of missing values.
  const outsideAsMissing = !isBefore(version, 1, 6) && isBefore(version, 1, 7);
  const split = (node: number): CategorySplit | undefined => {
    const words = categories?.get(node);
    if (words === undefined) return undefined;
    const outsideRight = outsideAsMissing && defaultLeft[node] === 0;
    return { words, membersRight: true, outsideRight, truncatesNegative: false };
  };
  return {
    size: left.length,
    isLeaf: (node) => left[node] === LEAF,
    left,
    right,
    feature,
    threshold: (node) => previousFloat32(condition[node]),
    missing: (node) => (defaultLeft[node] ? 'left' : 'right'),
    ...(categories && { categories: split }),
    writeLeaf: (node, out, at) => {
      if (vectors === undefined) out[at] = scale(Math.fround(condition[node]), 0);
      else {
        const start = vectors.startOf(node);
        for (let k = 0; k < width; k++) out[at + k] = scale(Math.fround(vectors.values[start + k]), k);
      }
    },
  };
}
