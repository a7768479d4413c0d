/** Selectors that keep the mask they came to: sklearn.feature_selection RFE, RFECV and SequentialFeatureSelector. */
import { childObject, optional } from '../../pickle/attributes.js';
import type { EvaluatorFactory } from '../../pickle/library.js';
import type { Table } from '../../../inference/tabular/evaluator.js';
import { PyObject } from '../../pickle/values.js';
import { selector, supportOf } from './selector.js';

/** Selects, and answers as the estimator that was fitted on the features selected. */
export const recursiveElimination: EvaluatorFactory = (estimator, build) => {
  const inner = build(childObject(estimator, 'estimator_'));
  const select = selector(estimator, supportOf(estimator), inner.acceptsMissing);
  const through =
    <T>(method: (x: Table) => T) =>
    (x: Table): T =>
      method(select.transform!(x));
  return {
    ...select,
    classes: inner.classes,
    nOutputs: inner.nOutputs,
    ...(inner.predict && { predict: through(inner.predict) }),
    ...(inner.predictProba && { predictProba: through(inner.predictProba) }),
    ...(inner.decisionFunction && { decisionFunction: through(inner.decisionFunction) }),
  };
};

/** The mask alone: the estimator that guided the search is not kept fitted. */
export const sequentialSelector: EvaluatorFactory = (estimator, _build, traitsOf) => {
  const guide = optional(estimator, 'estimator');
  const takesMissing = guide instanceof PyObject && traitsOf(guide).takesMissing;
  return selector(estimator, supportOf(estimator), takesMissing);
};
