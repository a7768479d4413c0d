import type { Tensor, TensorSpec } from './tensor.js';

/** A label as JSON carries it: whole numbers beyond 2^53 as the text of their digits, like protocol buffers' JSON. */
export type ShownLabel = string | number | boolean;

/** One column of a tabular model's input. */
export interface Feature {
  readonly name: string;
  /** FP64 for numbers, BYTES for text categories, or the column's type in the file. */
  readonly datatype: TensorSpec['datatype'];
  /** Smallest and largest value in training, if known. */
  readonly range?: readonly [number, number];
  /** The categories known to the model, if the column is categorical. */
  readonly categories?: readonly (string | number)[];
  /** True if the model accepts a missing value (null, NaN). */
  readonly nullable?: boolean;
  /**
   * True for a column that the model was fitted with but ignores: any value is accepted, and none changes the result.
   */
  readonly ignored?: boolean;
}

/** A class as training saw it. Whole numbers beyond 2^53 are bigints, for a number would lose their last digits. */
export type Label = string | number | bigint | boolean;

/**
 * The inputs and outputs of a model. A tabular model has `features`: either one input of shape [-1, n] with the
 * features as its n columns, or one input of shape [-1] or [-1, 1] per feature, with the same name. Models for other
 * shapes (images, sequences) have no features.
 */
export interface Signature {
  readonly inputs: readonly TensorSpec[];
  readonly features?: readonly Feature[];
  /**
   * True if the file has no feature names. Then the names are f0, f1, …, and values with other names are accepted in
   * their order.
   */
  readonly unnamed?: boolean;
  readonly outputs: readonly TensorSpec[];
  /** The outputs of a request that names none. */
  readonly defaultOutputs: readonly string[];
  /** Class labels in the column order of probabilities; whole numbers beyond 2^53 as text ({@link shownLabel}). */
  readonly classes?: readonly ShownLabel[];
  /**
   * What the first dimension of the inputs is. Unless given, the rows, which all inputs have in common. `free`: each
   * input may have its own, and there are rows only in a request where all are equal. `none`: there are no rows (an
   * input is a scalar, or the file fixes first dimensions that differ), so that a request is one computation.
   */
  readonly rows?: 'free' | 'none';
  /** Outputs whose first dimension is not the rows, so that no row's part can be cut out of them. */
  readonly wholeOutputs?: readonly string[];
}

/** A model in memory. */
export interface LoadedModel {
  readonly signature: Signature;
  /** Resident bytes of the weights, as far as known. */
  readonly memoryBytes: number;
  /** The backend that computes, for runtimes with several ones. Part of the model's metadata. */
  readonly backend?: string;
  /** True if each row's result depends on that row alone, so that several requests can share a call. */
  readonly rowwise?: boolean;
  /**
   * Computes the named outputs for a batch.
   * @param inputs one tensor per `signature.inputs`, in that order, of those datatypes, with `signature.rows`
   * @param outputs names out of `signature.outputs`, at least one
   * @returns one tensor per name, in the order of `outputs`
   * @throws ModelInputError if the values cannot be computed (for example, an unknown category)
   */
  infer(inputs: readonly Tensor[], outputs: readonly string[]): Tensor[] | Promise<Tensor[]>;
  /** Frees the memory. The model must not be used afterwards. */
  dispose(): void | Promise<void>;
}

/**
 * The values of one request cannot be computed. The place of the first fault is data, which the protocol words for its
 * client. The message says only what is wrong there, as a predicate if there is a feature ("is missing, which …").
 */
export class ModelInputError extends Error {
  override readonly name = 'ModelInputError';
  constructor(
    message: string,
    /** The row's position in the batch. */
    readonly row?: number,
    /** The column's position in the table, or its name once known. */
    readonly feature?: number | string,
  ) {
    super(message);
  }
}

/** A row has another number of values than the model takes. */
export class FeatureCountError extends ModelInputError {}

/** A batch took more time or memory than it may, or was not begun, because others take that time. */
export class ModelStoppedError extends Error {
  override readonly name = 'ModelStoppedError';
  constructor(
    message: string,
    /** True if nothing of the batch was computed: it may be answered later. */
    readonly notBegun = false,
  ) {
    super(message);
  }
}

/** A file that cannot be served as a model. The message gives the reason in one line. */
export class ModelFileError extends Error {
  override readonly name = 'ModelFileError';
}
