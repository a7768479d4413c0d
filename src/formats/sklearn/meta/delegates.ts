/** Meta-estimators that answer as the estimator they hold. */
import { ModelFileError } from '../../../inference/model.js';
import { childObject, has } from '../../pickle/attributes.js';
import type { EvaluatorFactory } from '../../pickle/library.js';

/** GridSearchCV and its kin: the best estimator, refitted on all training rows. */
export const search: EvaluatorFactory = (estimator, build) => {
  if (!has(estimator, 'best_estimator_')) {
    throw new ModelFileError(
      `${estimator.shortName} has no best_estimator_: it was not fitted, or with refit=False`,
    );
  }
  return build(childObject(estimator, 'best_estimator_'));
};

/** FrozenEstimator: the estimator that it keeps from being fitted again. */
export const frozen: EvaluatorFactory = (estimator, build) => build(childObject(estimator, 'estimator'));

/** SelfTrainingClassifier: the estimator of the last round (base_estimator_ before 1.6). */
export const selfTraining: EvaluatorFactory = (estimator, build) =>
  build(childObject(estimator, has(estimator, 'estimator_') ? 'estimator_' : 'base_estimator_'));
