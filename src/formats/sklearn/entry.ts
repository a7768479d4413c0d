import type { Evaluator } from '../../inference/tabular/evaluator.js';
import type { PyObject } from '../pickle/values.js';

/**
 * Builds an evaluator from an estimator's attributes; `build` makes those of nested estimators.
 * @throws ModelFileError naming class and attribute, for every option that it does not honour
 */
export type EvaluatorFactory = (estimator: PyObject, build: (nested: PyObject) => Evaluator) => Evaluator;

/** One row of the table class → evaluator, from which docs/models.md is generated. */
export interface EvaluatorEntry {
  /** The class's short name, unique over scikit-learn: "LogisticRegression". */
  readonly className: string;
  readonly family: string;
  readonly factory: EvaluatorFactory;
  /** Limits worth a line in the docs. */
  readonly note?: string;
}
