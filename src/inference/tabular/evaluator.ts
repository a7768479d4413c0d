import type { Label } from '../model.js';

/**
 * Rows as evaluators see them: all numbers in one row-major matrix, columns of text beside it. Where column j is
 * text, `text.get(j)` holds its values and the matrix holds NaN there. Missing values are NaN (numbers) or null (text).
 */
export interface Table {
  readonly rows: number;
  readonly columns: number;
  readonly numbers: Float64Array;
  readonly text?: ReadonlyMap<number, readonly (string | null)[]>;
}

/** Row-major float64 values of `rows` × `columns`. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly data: Float64Array;
}

/**
 * What `predict` gives: `columns` values a row (1 unless the estimator was fitted on several targets), labels or
 * numbers, row-major.
 */
export interface Prediction {
  readonly rows: number;
  readonly columns: number;
  readonly data: Float64Array | Label[];
}

/** Where a transformer's output column comes from. */
export interface ColumnSource {
  readonly column: number;
  /** A missing value stays missing. */
  readonly missing: boolean;
  /** The values are the input's own (but for filled gaps), so what a later step knows of them holds for the input. */
  readonly same: boolean;
}

/**
 * A fitted estimator that answers. Only the methods that scikit-learn's own class has for this fit are present
 * (SVC without probability has no predictProba). Answers equal scikit-learn's to 1e-9, labels exactly. None of them
 * keeps or changes its argument.
 */
export interface Evaluator {
  /** Columns it takes (n_features_in_); -1 where it takes any number (Normalizer before scikit-learn 0.24 kept none). */
  readonly nFeatures: number;
  /** Names of the columns it takes, where it was fitted on a data frame or holds those of a step that was. */
  readonly featureNames?: readonly string[];
  /** Input columns that hold text, with the categories known of them (none known: an empty list). */
  readonly textColumns?: ReadonlyMap<number, readonly string[]>;
  /** Input columns of numbers that stand for categories, with the categories known of them. */
  readonly numberCategories?: ReadonlyMap<number, readonly number[]>;
  /** Smallest and largest value that training saw, of the input columns for which the file tells. */
  readonly ranges?: ReadonlyMap<number, readonly [number, number]>;
  /** Input columns that no answer depends on and that are never looked at: they may hold anything, or be missing. */
  readonly unusedColumns?: ReadonlySet<number>;
  /** Class labels (classes_) in the column order of probabilities. Absent for regressors and transformers. */
  readonly classes?: readonly Label[];
  /** Bytes that it holds, where its weights are not arrays of the file. */
  readonly memoryBytes?: number;
  /** Columns of `predict`; 1 unless several targets. */
  readonly nOutputs?: number;
  /** True when a missing number or text is answered as scikit-learn would answer NaN/None, false where it raises. */
  readonly acceptsMissing?: boolean;
  /** Narrows `acceptsMissing` to these input columns, where it does not hold for all of them. */
  readonly missingColumns?: ReadonlySet<number>;
  /** A transformer's output columns that stem from one input column each; undefined where from several, or none. */
  readonly sources?: readonly (ColumnSource | undefined)[];
  /** `predict` gives whole numbers that are no class labels: clusters, or 1 and -1 for inliers and outliers. */
  readonly counts?: boolean;
  /** Every row gets the same answer. */
  readonly constant?: boolean;
  /** The library keeps the rows of its probabilities one after another in memory; gradient boosting starts from them so. */
  readonly probabilitiesByRow?: boolean;
  predict?(x: Table): Prediction;
  predictProba?(x: Table): Matrix;
  /** One column for a binary classifier, as scikit-learn gives a vector there. */
  decisionFunction?(x: Table): Matrix;
  /** What a boosted ensemble adds up before it makes predictions of it (XGBoost's margins, LightGBM's raw scores). */
  margin?(x: Table): Matrix;
  /** A transformer's output; text passes through as text. */
  transform?(x: Table): Table;
}
