/** Selection by a score of each feature alone: sklearn.feature_selection SelectKBest and kin, VarianceThreshold. */
import { attribute, number, requireOption, scalar, show, refuse, vector } from '../../pickle/attributes.js';
import type { EvaluatorFactory } from '../../pickle/library.js';
import type { PyObject } from '../../pickle/values.js';
import { ranked, sorted } from '../../../inference/numeric/order.js';
import { selector } from './selector.js';

/** The features to keep, of an estimator's scores_ or pvalues_ and the value of the option that bounds them. */
type Rule = (estimator: PyObject, option: string) => boolean[];

const kBest: Rule = (estimator, option) => {
  const scores = comparable(vector(estimator, 'scores_'));
  const k = attribute(estimator, option);
  if (k === 'all') return Array.from(scores, () => true);
  const count = scalar(k) ?? refuse(estimator, `${option} ${show(k)}`);
  const best = new Set(count === 0 ? [] : ranked(scores).slice(-count));
  return Array.from(scores, (_, j) => best.has(j));
};

const percentile: Rule = (estimator, option) => {
  const scores = comparable(vector(estimator, 'scores_'));
  const share = number(estimator, option);
  if (share === 100 || share === 0) return Array.from(scores, () => share === 100);
  const threshold = quantile(scores, (100 - share) / 100);
  const mask = Array.from(scores, (score) => score > threshold);
  let places = Math.trunc((scores.length * share) / 100) - mask.filter(Boolean).length;
  // Of the features on the threshold as many are kept, in order, as there are places left (from the end if negative).
  const ties = Array.from(scores.keys()).filter((j) => scores[j] === threshold);
  if (places < 0) places += ties.length;
  for (const j of ties.slice(0, Math.max(places, 0))) mask[j] = true;
  return mask;
};

const falsePositiveRate: Rule = (estimator, option) => {
  const alpha = number(estimator, option);
  return Array.from(vector(estimator, 'pvalues_'), (p) => p < alpha);
};

const falseDiscoveryRate: Rule = (estimator, option) => {
  const alpha = number(estimator, option);
  const pvalues = vector(estimator, 'pvalues_');
  const n = pvalues.length;
  const accepted = sorted(pvalues).filter((p, rank) => p <= (alpha / n) * (rank + 1));
  if (accepted.length === 0) return Array.from(pvalues, () => false);
  const largest = accepted[accepted.length - 1];
  return Array.from(pvalues, (p) => p <= largest);
};

const familyWiseError: Rule = (estimator, option) => {
  const pvalues = vector(estimator, 'pvalues_');
  const bound = number(estimator, option) / pvalues.length;
  return Array.from(pvalues, (p) => p < bound);
};

const RULES = {
  k_best: kBest,
  percentile,
  fpr: falsePositiveRate,
  fdr: falseDiscoveryRate,
  fwe: familyWiseError,
};

export const selectKBest: EvaluatorFactory = (estimator) => selector(estimator, kBest(estimator, 'k'));
export const selectPercentile: EvaluatorFactory = (estimator) =>
  selector(estimator, percentile(estimator, 'percentile'));
export const selectFpr: EvaluatorFactory = (estimator) =>
  selector(estimator, falsePositiveRate(estimator, 'alpha'));
export const selectFdr: EvaluatorFactory = (estimator) =>
  selector(estimator, falseDiscoveryRate(estimator, 'alpha'));
export const selectFwe: EvaluatorFactory = (estimator) =>
  selector(estimator, familyWiseError(estimator, 'alpha'));

/** The rule that `mode` names, of `param`. */
export const genericUnivariateSelect: EvaluatorFactory = (estimator) => {
  const mode = requireOption(estimator, 'mode', ['percentile', 'k_best', 'fpr', 'fdr', 'fwe']);
  return selector(estimator, RULES[mode](estimator, 'param'));
};

/** Features whose variance in training exceeded the threshold. */
export const varianceThreshold: EvaluatorFactory = (estimator) => {
  const threshold = number(estimator, 'threshold');
  const mask = Array.from(vector(estimator, 'variances_'), (variance) => variance > threshold);
  return selector(estimator, mask, true);
};

/** Scores in which NaN ranks below all others. */
function comparable(scores: Float64Array): Float64Array {
  return scores.map((score) => (Number.isNaN(score) ? -Number.MAX_VALUE : score));
}

/** The quantile by linear interpolation, rounded as numpy.percentile rounds. */
function quantile(values: Float64Array, q: number): number {
  const ordered = sorted(values);
  const place = (ordered.length - 1) * q;
  const low = ordered[Math.floor(place)];
  const high = ordered[Math.min(Math.floor(place) + 1, ordered.length - 1)];
  const share = place - Math.floor(place);
  return share >= 0.5 ? high - (high - low) * (1 - share) : low + (high - low) * share;
}
