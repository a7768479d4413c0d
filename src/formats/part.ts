import type { Evaluator } from '../inference/tabular/evaluator.js';
import type { Datatype } from '../inference/tensor.js';
import type { PyObject } from './pickle/values.js';

/** A node of the tree that tells what a model is made of: a class, its parameters, its steps. */
export interface ModelTree {
  readonly className: string;
  readonly name?: string;
  readonly parameters?: Readonly<Record<string, unknown>>;
  readonly steps?: readonly ModelTree[];
}

/** A fitted estimator of a tabular format: a model by itself, or a step of a chain of several. */
export interface TabularPart {
  readonly evaluator: Evaluator;
  /** Its class: "StandardScaler". */
  readonly title: string;
  /** One line for a person: "scikit-learn 1.4.2 StandardScaler". */
  readonly description: string;
  /** The datatype of `predict`. */
  readonly predict: Datatype;
  /** Names of the columns that it was fitted on, where the file holds them. */
  readonly names?: readonly string[];
  readonly library?: string;
  readonly libraryVersion?: string;
  readonly tree: ModelTree;
  /** Its attributes, where it was read out of a pickle. */
  readonly object?: PyObject;
  /** Bytes that it holds in memory. */
  readonly memoryBytes: number;
}
