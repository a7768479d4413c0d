import type { Tensor, TensorSpec } from './tensor.js';

/** One column of a tabular model's input. */
export interface Feature {
  readonly name: string;
  /** FP64 for numbers, BYTES for text categories, or the column's own type where the file tells it. */
  readonly datatype: TensorSpec['datatype'];
  /** Smallest and largest value seen in training, where known. */
  readonly range?: readonly [number, number];
  /** The categories known to the model, where the column is categorical. */
  readonly categories?: readonly (string | number)[];
  /** True when a missing value (null, NaN) is answered rather than refused. */
  readonly nullable?: boolean;
  /** True for a column that the model was fitted with and drops: any value is taken, and none changes the answer. */
  readonly ignored?: boolean;
}

export type Label = string | number | boolean;

/**
 * What a model takes and gives. A tabular model has `features`: either one input of shape [-1, n] whose n columns
 * they name in order, or one input of shape [-1] or [-1, 1] a feature, named alike. Models over other shapes
 * (images, sequences) have none.
 */
export interface Signature {
  readonly inputs: readonly TensorSpec[];
  readonly features?: readonly Feature[];
  /** True when the file holds no feature names: f0, f1, … stand for them, and values by other names are taken in their order. */
  readonly unnamed?: boolean;
  readonly outputs: readonly TensorSpec[];
  /** The output that answers when a request names none. */
  readonly defaultOutputs: readonly string[];
  /** Class labels in the column order of probabilities. */
  readonly classes?: readonly Label[];
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
  /** For runtimes with several backends: which one computes (shown in the model's metadata). */
  readonly backend?: string;
  /** True when each row's answer depends on that row alone, so that rows of several requests may share a call. */
  readonly rowwise?: boolean;
  /**
   * Computes the named outputs for a batch.
   * @param inputs one tensor per `signature.inputs`, in that order, of those datatypes, with `signature.rows`
   * @param outputs names out of `signature.outputs`, at least one
   * @returns one tensor per name, in the order asked for
   * @throws ModelInputError when the values cannot be answered (an unknown category where the model refuses them)
   */
  infer(inputs: readonly Tensor[], outputs: readonly string[]): Tensor[] | Promise<Tensor[]>;
  /** Gives the memory back. The model is not used afterwards. */
  dispose(): void | Promise<void>;
}

/**
 * The values of one request cannot be answered. The first place at fault is data, worded where a caller is answered;
 * the message says only what is wrong there, as a predicate if there is a feature ("is missing, which …").
 */
export class ModelInputError extends Error {
  override readonly name = 'ModelInputError';
  constructor(
    message: string,
    /** The row's position in the batch. */
    readonly row?: number,
    /** The column's position in the table that was given, or its name once that is known. */
    readonly feature?: number | string,
  ) {
    super(message);
  }
}

/** A file is not a model that can be served; the message says why in one line. */
export class ModelFileError extends Error {
  override readonly name = 'ModelFileError';
}
