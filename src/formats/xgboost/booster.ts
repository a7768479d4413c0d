import { BoostedTrees } from '../../inference/boosted/boosted-trees.js';
import { linearSums } from '../../inference/boosted/linear-sums.js';
import { ModelFileError } from '../../inference/model.js';
import { damaged } from './document.js';
import type { Learner } from './learner.js';
import { type Objective, objectiveOf, type Sums } from './objective.js';
import { boostedTree } from './split-rules.js';
import { isBefore } from './version.js';

const fround = Math.fround;

export interface BoosterUse {
  /** Number of trees to use, from the first one; default: all. */
  readonly trees?: number;
  /**
   * True for `inplace_predict`, which the wrappers for scikit-learn call. Up to 3.2, it adds dart's start value to each
   * tree's value and subtracts it again, which changes the last bit.
   */
  readonly inPlace?: boolean;
}

/** A booster in memory: sums that equal XGBoost's bit by bit, and predictions from them. */
export class Booster {
  readonly nFeatures: number;
  readonly nOutputs: number;
  readonly objective: Objective;
  readonly memoryBytes: number;
  private readonly start: Float32Array;
  private readonly addsStartLast: boolean;
  private readonly trees?: BoostedTrees;
  private readonly weights?: Float32Array;

  /** @throws ModelFileError if the learner is not fitted, is incomplete, or has a custom objective */
  constructor(learner: Learner, use: BoosterUse = {}) {
    const { version, nFeatures, nOutputs } = learner;
    if (nFeatures === 0) throw new ModelFileError('the XGBoost model is not fitted');
    this.nFeatures = nFeatures;
    this.nOutputs = nOutputs;
    this.objective = objectiveOf(learner.objective, version);
    this.start = startOf(learner, this.objective);
    this.addsStartLast = isBefore(version, 1, learner.booster === 'dart' ? 4 : 3);
    if (learner.booster === 'gblinear') {
      // XGBoost uses the first output's start value for all outputs of gblinear.
      this.start.fill(this.start[0]);
      this.weights = Float32Array.from(learner.weights!);
      if (!this.weights.every(Number.isFinite)) throw damaged('a linear weight is not finite');
      this.memoryBytes = this.weights.byteLength;
    } else {
      this.trees = treesOf(learner, this.start, use);
      this.memoryBytes = this.trees.memoryBytes;
    }
  }

  /**
   * The sums of start value and leaves ("margins").
   * @param x `rows` × `nFeatures`, row-major; NaN is a missing value
   */
  margins(x: Float64Array, rows: number): Sums {
    const { nOutputs: columns, start, weights } = this;
    if (weights !== undefined)
      return { rows, columns, data: linearSums(x, rows, this.nFeatures, weights, start) };
    const data = new Float32Array(rows * columns);
    if (!this.addsStartLast) fill(data, start);
    this.trees!.addTo(x, rows, data, columns);
    if (this.addsStartLast) for (let k = 0; k < data.length; k++) data[k] += start[k % columns];
    return { rows, columns, data };
  }

  /** The result of `Booster.predict`. */
  predict(x: Float64Array, rows: number): Sums {
    return this.objective.predict(this.margins(x, rows));
  }
}

function fill(data: Float32Array, start: Float32Array): void {
  if (start.length === 1) data.fill(start[0]);
  else for (let k = 0; k < data.length; k += start.length) data.set(start, k);
}

/** Before 1.0, the file's start value is on the scale of the sums. */
function startOf({ base, nOutputs, version }: Learner, objective: Objective): Float32Array {
  const all = base.length === nOutputs ? base.slice() : new Float32Array(nOutputs).fill(base[0]);
  const start = version[0] === 0 ? all : objective.toMargin(all);
  if (!start.every(Number.isFinite))
    throw damaged(`base_score ${base[0]} is outside of what ${objective.name} takes`);
  return start;
}

function treesOf(learner: Learner, start: Float32Array, use: BoosterUse): BoostedTrees {
  const { nFeatures, nOutputs, leafWidth, groups, treeWeights, version } = learner;
  if (leafWidth > 1 && leafWidth !== nOutputs)
    throw damaged(`leaves have ${leafWidth} values for ${nOutputs} outputs`);
  if (treeWeights !== undefined && treeWeights.length > learner.trees.length)
    throw damaged(`there are ${treeWeights.length} weights of ${learner.trees.length} trees`);
  const takesStartAway = use.inPlace === true && !isBefore(version, 1, 4) && isBefore(version, 3, 3);
  const trees = new BoostedTrees(nFeatures, leafWidth, 'float32');
  const count = Math.min(use.trees ?? Infinity, learner.trees.length);
  for (let t = 0; t < count; t++) {
    const group = groups[t];
    if (!Number.isInteger(group) || group < 0 || group + leafWidth > nOutputs)
      throw damaged(`tree ${t} belongs to output ${group} of ${nOutputs}`);
    const weight = fround(treeWeights?.[t] ?? 1);
    const scale = (leaf: number, k: number): number => {
      if (treeWeights === undefined) return leaf;
      const base = takesStartAway ? start[group + k] : 0;
      return fround(fround(fround(base + leaf) - base) * weight);
    };
    trees.add(boostedTree(learner.trees[t], leafWidth, scale, version), group);
  }
  return trees;
}

/**
 * Number of trees of the rounds up to `best`, inclusive.
 * @throws ModelFileError if the file has fewer
 */
export function treesUpTo(
  { rounds, parallelTrees, nOutputs, leafWidth, trees }: Learner,
  best: number,
): number {
  const perRound = parallelTrees * (leafWidth > 1 ? 1 : nOutputs);
  const count = rounds === undefined ? (best + 1) * perRound : rounds[best + 1];
  if (!Number.isInteger(count) || count < 0 || count > trees.length)
    throw damaged(`the best iteration is ${best}, but there are only ${trees.length} trees`);
  return count;
}
