/** The learner inside a pickled Booster, or inside a fitted wrapper for scikit-learn. */
import { ModelFileError } from '../../inference/model.js';
import { childObject, has, numberOr, optional, toItems } from '../pickle/attributes.js';
import type { PyObject } from '../pickle/values.js';
import { treesUpTo } from './booster.js';
import type { Learner } from './learner.js';
import { readXgboost } from './read-model.js';

/** Read once, for the evaluator and for what is told of the file. */
const learners = new WeakMap<PyObject, Learner>();

/** @throws ModelFileError where the Booster holds no model, or a damaged one */
export function learnerOfBooster(booster: PyObject): Learner {
  let learner = learners.get(booster);
  if (learner === undefined) {
    const handle = booster.attributes.get('handle');
    if (!(handle instanceof Uint8Array))
      throw new ModelFileError('the XGBoost Booster in the file holds no model');
    const names = featureNamesOf(booster);
    const read = readXgboost(handle);
    learner = names?.length === read.nFeatures ? { ...read, featureNames: names } : read;
    learners.set(booster, learner);
  }
  return learner;
}

/** @throws ModelFileError where the wrapper was not fitted */
export function learnerOfWrapper(wrapper: PyObject): Learner {
  if (!has(wrapper, '_Booster'))
    throw new ModelFileError(`the ${wrapper.shortName} in the file was not fitted`);
  return learnerOfBooster(childObject(wrapper, '_Booster'));
}

/** Up to 1.3 names stand beside the model; XGBoost made up f0, f1, … where it was given none. */
function featureNamesOf(booster: PyObject): string[] | undefined {
  const names = toItems(optional(booster, 'feature_names') ?? null);
  if (names === undefined || !names.every((name) => typeof name === 'string')) return undefined;
  return names.every((name, j) => name === `f${j}`) ? undefined : (names as string[]);
}

/**
 * Trees that the wrapper predicts with: those up to the best round, where training was stopped early.
 * @returns undefined for all of them
 */
export function treesOfWrapper(wrapper: PyObject, learner: Learner): number | undefined {
  if (learner.booster === 'gblinear') return undefined;
  // Up to 1.3, whose wrappers keep this only after an early stop.
  const limit = numberOr(wrapper, 'best_ntree_limit', 0);
  if (limit > 0)
    return Math.min(limit * (learner.leafWidth > 1 ? 1 : learner.nOutputs), learner.trees.length);
  const written = learner.attributes.get('best_iteration');
  const best = numberOr(wrapper, 'best_iteration', written === undefined ? undefined : Number(written));
  return best === undefined ? undefined : treesUpTo(learner, best);
}
