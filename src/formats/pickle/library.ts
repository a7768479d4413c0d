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
  /** Limits worth a line in the docs. */
  readonly note?: string;
}

/**
 * A Python library whose fitted estimators are read out of pickles, by themselves or inside those of another library
 * (an XGBClassifier in a scikit-learn Pipeline).
 */
export interface PickledLibrary {
  /** Its top-level package. An entry's class counts wherever in the package it stands: "xgboost.sklearn.XGBClassifier". */
  readonly package: string;
  /** The library's name for people: "XGBoost". */
  readonly title: string;
  /** What of it is read, and how near its answers are, for docs/models.md. Markdown. */
  readonly about: string;
  /** Full names in the package that a file may make objects of, beside the classes of `estimators`. They become plain data. */
  readonly classes: RegExp;
  /**
   * Full names in the package that a file may refer to, or make a plain object of, but never call (a metric function
   * kept as a parameter).
   */
  readonly references?: RegExp;
  readonly estimators: readonly EvaluatorEntry[];
  /** The version that wrote the file, where an estimator of this library keeps it. */
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
