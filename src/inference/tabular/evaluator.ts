import type { Label } from '../model.js';

/**
 * Rows for evaluators: all numbers in one row-major matrix, and columns of text separately. If column j is text,
 * `text.get(j)` has its values, and the matrix has NaN there. Missing values are NaN (numbers) or null (text).
 */
export interface Table {
  readonly rows: number;
  readonly columns: number;
  readonly numbers: Float64Array;
  readonly text?: ReadonlyMap<number, readonly (string | null)[]>;
  /** The cells that are kept of a sparse table. Its `numbers` are made when they are first read: evaluators that can use this instead do. */
  readonly sparse?: SparseRows;
  /**
   * The library holds this table as a sparse matrix, from which zeros are absent (those of a one-hot encoding), even
   * if it is dense here. XGBoost takes what is absent for missing.
   */
  readonly zerosAbsent?: boolean;
}

/** Cells in the order of rows (scipy's CSR): row i has those from starts[i] up to starts[i + 1], columns ascending. */
export interface SparseRows {
  readonly starts: Int32Array;
  readonly indices: Int32Array;
  readonly values: Float64Array;
}

/** Row-major float64 values of `rows` × `columns`. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly data: Float64Array;
}

/**
 * The result of `predict`, row-major: `columns` labels or numbers per row (1 unless the estimator was fitted on several
 * targets).
 */
export interface Prediction {
  readonly rows: number;
  readonly columns: number;
  readonly data: Float64Array | Label[];
}

/** The input column that a transformer's output column comes from. */
export interface ColumnSource {
  readonly column: number;
  /** A missing value stays missing. */
  readonly missing: boolean;
  /**
   * The values are those of the input, except for filled gaps. So what a later step says about them is true of the
   * input.
   */
  readonly same: boolean;
}

/**
 * A fitted estimator. It has only the methods that scikit-learn's class has for this fit (SVC without probability has
 * no predictProba). Results equal scikit-learn's to 1e-9, labels exactly. No method stores or changes its argument.
 */
export interface Evaluator {
  /**
   * Number of input columns (n_features_in_); -1 if any number is accepted (Normalizer before scikit-learn 0.24 did not
   * store it).
   */
  readonly nFeatures: number;
  /** Names of the input columns, if it or one of its steps was fitted on a data frame. */
  readonly featureNames?: readonly string[];
  /** Input columns of text, with their known categories (empty if none are known). */
  readonly textColumns?: ReadonlyMap<number, readonly string[]>;
  /** Input columns of numbers that are categories, with the known ones. */
  readonly numberCategories?: ReadonlyMap<number, readonly number[]>;
  /** Smallest and largest value in training, for input columns whose range is in the file. */
  readonly ranges?: ReadonlyMap<number, readonly [number, number]>;
  /** Input columns that are never read. They may contain anything, or be missing. */
  readonly unusedColumns?: ReadonlySet<number>;
  /** Class labels (classes_) in the column order of probabilities. Absent for regressors and transformers. */
  readonly classes?: readonly Label[];
  /** Bytes of memory, if the weights are not arrays of the file. */
  readonly memoryBytes?: number;
  /** Columns of `predict`; default: 1. */
  readonly nOutputs?: number;
  /** True if missing values are accepted, as by scikit-learn; false if scikit-learn raises an error for NaN or None. */
  readonly acceptsMissing?: boolean;
  /** Limits `acceptsMissing` to these input columns. */
  readonly missingColumns?: ReadonlySet<number>;
  /**
   * For each output column of a transformer, the one input column that it comes from; undefined if it comes from
   * several or none.
   */
  readonly sources?: readonly (ColumnSource | undefined)[];
  /**
   * True if `predict` returns whole numbers that are not class labels: clusters, or 1 and -1 for inliers and outliers.
   */
  readonly counts?: boolean;
  /** True if sparse tables are answered without making them dense. */
  readonly takesSparse?: boolean;
  /** True if every row has the same result. */
  readonly constant?: boolean;
  /**
   * True if the library's array of probabilities is row-major. Gradient boosting that starts from it depends on that.
   */
  readonly probabilitiesByRow?: boolean;
  predict?(x: Table): Prediction;
  predictProba?(x: Table): Matrix;
  /** One column for a binary classifier, for which scikit-learn returns a vector. */
  decisionFunction?(x: Table): Matrix;
  /** The sums of a boosted ensemble before the link function (XGBoost's margins, LightGBM's raw scores). */
  margin?(x: Table): Matrix;
  /** A transformer's output; text stays text. */
  transform?(x: Table): Table;
}
