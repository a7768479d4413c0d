/** The content of an XGBoost file, in any encoding. */
import type { Numbers } from './document.js';
import type { Version } from './version.js';

/** A tree's arrays, one entry per node, the root first. */
export interface TreeArrays {
  /** -1 for a leaf. */
  readonly left: Numbers;
  readonly right: Numbers;
  readonly feature: Numbers;
  /** For a split, the threshold below which values go left; for a leaf, its value. */
  readonly condition: Numbers;
  /** Whether missing values go left. */
  readonly defaultLeft: Numbers;
  /** Sets of categories that go right, as bits, by node. */
  readonly categories?: ReadonlyMap<number, Uint32Array>;
  /** For leaves with several values: all values, and the start of each leaf's values. */
  readonly vectors?: { readonly values: Numbers; startOf(leaf: number): number };
}

export interface Learner {
  readonly version: Version;
  readonly objective: string;
  readonly booster: 'gbtree' | 'dart' | 'gblinear';
  /**
   * Start value, one or one per output, on the scale of the objective's predictions; up to 0.90, on the scale of its
   * sums.
   */
  readonly base: Float32Array;
  readonly nFeatures: number;
  /** Columns of the sums: classes, targets or quantiles. */
  readonly nOutputs: number;
  /** 0 if the model was not trained for several classes. */
  readonly nClasses: number;
  readonly attributes: ReadonlyMap<string, string>;
  readonly featureNames?: readonly string[];
  /** XGBoost's types: "int", "i", "float", "q", "c" (categories) and others. */
  readonly featureTypes?: readonly string[];
  /** Names of the categories by feature, in the order of their codes; from 3.1 on. */
  readonly categories?: readonly (readonly (string | number)[] | undefined)[];
  readonly trees: readonly TreeArrays[];
  /** Values of a leaf. */
  readonly leafWidth: number;
  /** The output that each tree adds to. */
  readonly groups: Numbers;
  /** Number of trees before each round, followed by the total, if the file has them. */
  readonly rounds?: Numbers;
  /** Parallel trees per round and output. */
  readonly parallelTrees: number;
  /** dart's weight of each tree. */
  readonly treeWeights?: Numbers;
  /** gblinear: (features + 1) × outputs, the last row the bias. */
  readonly weights?: Numbers;
}

/** More than tables and models have, few enough to keep notes on each. */
export const MOST_FEATURES = 1_000_000;
export const MOST_OUTPUTS = 65_536;
export const MOST_TREES = 20_000_000;
