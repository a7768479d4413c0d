import type { Evaluator } from '../../inference/tabular/evaluator.js';
import type { EstimatorTraits, TraitsOf } from './traits.js';
import type { PyObject } from './values.js';

/**
 * Builds an evaluator from an estimator's attributes. `build` makes those of nested estimators, `traitsOf` says what is
 * known of their classes.
 * @throws ModelFileError naming class and attribute, for every option that it does not honour
 */
export type EvaluatorFactory = (
  estimator: PyObject,
  build: (nested: PyObject) => Evaluator,
  traitsOf: TraitsOf,
) => Evaluator;

/** One line of a library's table class → evaluator, from which docs/models.md is generated. */
export interface EvaluatorEntry extends EstimatorTraits {
  /** The class's short name, unique in its library: "LogisticRegression". */
  readonly className: string;
  readonly family: string;
  readonly factory: EvaluatorFactory;
  /** Limits, as a line in the docs. */
  readonly note?: string;
}

/**
 * A Python library whose fitted estimators are read from pickles, by themselves or inside those of another library (an
 * XGBClassifier in a scikit-learn Pipeline).
 */
export interface PickledLibrary {
  /** The top-level package. An entry's class may be in any module of it: "xgboost.sklearn.XGBClassifier". */
  readonly package: string;
  /** The library's name for people: "XGBoost". */
  readonly title: string;
  /** What is supported, and how accurate predictions are, for docs/models.md. Markdown. */
  readonly about: string;
  /**
   * Full names of further classes, besides those of `estimators`, whose objects a file may contain. They become plain
   * data.
   */
  readonly classes: RegExp;
  /**
   * Full names that a file may refer to or make a plain object of, but never call (for example, a metric function as a
   * parameter).
   */
  readonly references?: RegExp;
  readonly estimators: readonly EvaluatorEntry[];
  /** The version that wrote the file, if an estimator of this library stores it. */
  readonly version?: (estimator: PyObject) => string | undefined;
}

/** Makes the lines of one family for the table class → evaluator. */
export function entriesOf(family: string) {
  return (className: string, factory: EvaluatorFactory, note?: string): EvaluatorEntry => ({
    className,
    family,
    factory,
    ...(note !== undefined && { note }),
  });
}
