/**
 * Typed access to the attributes of a fitted estimator. Everything here throws a one-line ModelFileError that names
 * the class and the attribute when the file does not hold what the evaluator needs.
 *
 * One attribute:  attribute  optional  has  number  numberOr  string  flag  vector  vectorOr  matrix  matrixOr
 *                 indices  labels  labelLists  childObject  childObjects  vectors  matrices
 * Options:        requireOption  refuse  checkSize
 * Shape of data:  nFeaturesIn  featureNames
 * Plain values:   toVector  toMatrix  toLabels  toItems  listItems  scalar  show (conversions.ts)
 */
import { type Label, ModelFileError } from '../../inference/model.js';
import type { Matrix } from '../../inference/tabular/evaluator.js';
import { listItems, scalar, show, toItems, toLabels, toMatrix, toVector } from './conversions.js';
import { NdArray, PyObject, type PyValue } from './values.js';

export { listItems, scalar, show, toItems, toLabels, toMatrix, toVector } from './conversions.js';

/** The attribute's value, None as null. @throws ModelFileError where it is absent */
export function attribute(estimator: PyObject, name: string): PyValue {
  const value = estimator.attributes.get(name);
  if (value === undefined) {
    throw new ModelFileError(
      `${estimator.shortName} has no attribute ${name}: it was not fitted, or by a version not known here`,
    );
  }
  return value;
}

/** The attribute's value, or undefined where it is absent or None. */
export function optional(estimator: PyObject, name: string): PyValue | undefined {
  return estimator.attributes.get(name) ?? undefined;
}

/** Whether the attribute is there and is not None. */
export function has(estimator: PyObject, name: string): boolean {
  return optional(estimator, name) !== undefined;
}

/** A number: a Python int or float, a bool (0 or 1), a numpy scalar or an array of one element. */
export function number(estimator: PyObject, name: string): number {
  const value = attribute(estimator, name);
  const found = scalar(value);
  const isNumber = found !== undefined && (!Number.isNaN(found) || OPTIONS_WITH_NAN.has(name));
  return isNumber ? found : wrong(estimator, name, value, 'a number');
}

/** As `number`; `fallback` where the attribute is absent or None. */
export function numberOr<T>(estimator: PyObject, name: string, fallback: T): number | T {
  return has(estimator, name) ? number(estimator, name) : fallback;
}

/** A string; `fallback`, if given, where the attribute is absent or None. */
export function string(estimator: PyObject, name: string, fallback?: string): string {
  const value = fallback === undefined ? attribute(estimator, name) : (optional(estimator, name) ?? fallback);
  return typeof value === 'string' ? value : wrong(estimator, name, value, 'a string');
}

/** A boolean (0 and 1 count); `fallback`, if given, where the attribute is absent or None. */
export function flag(estimator: PyObject, name: string, fallback?: boolean): boolean {
  const value = fallback === undefined ? attribute(estimator, name) : (optional(estimator, name) ?? fallback);
  const truth = scalar(value);
  return truth === undefined ? wrong(estimator, name, value, 'true or false') : truth !== 0;
}

/**
 * Numbers of an array of any shape, in C order, as float64. A scalar gives one element; sparse ones are densified.
 * @throws ModelFileError also where there are not `length` of them, if given
 */
export function vector(estimator: PyObject, name: string, length?: number): Float64Array {
  const value = attribute(estimator, name);
  const numbers = toVector(value) ?? wrong(estimator, name, value, 'an array of numbers');
  if (length !== undefined) checkSize(estimator, name, numbers.length, length);
  checkNumbers(estimator, name, numbers);
  return numbers;
}

/** As `vector`; `fallback` where the attribute is absent or None. */
export function vectorOr<T>(
  estimator: PyObject,
  name: string,
  fallback: T,
  length?: number,
): Float64Array | T {
  return has(estimator, name) ? vector(estimator, name, length) : fallback;
}

/**
 * A two-dimensional array as float64; a one-dimensional one is a single row; sparse ones are densified.
 * @throws ModelFileError also where it has not `columns` columns or `rows` rows, if given
 */
export function matrix(estimator: PyObject, name: string, columns?: number, rows?: number): Matrix {
  const value = attribute(estimator, name);
  const found = toMatrix(value) ?? wrong(estimator, name, value, 'a matrix of numbers');
  if (columns !== undefined) checkSize(estimator, name, found.columns, columns, 'columns');
  if (rows !== undefined) checkSize(estimator, name, found.rows, rows, 'rows');
  checkNumbers(estimator, name, found.data);
  return found;
}

/** As `matrix`; `fallback` where the attribute is absent or None. */
export function matrixOr<T>(estimator: PyObject, name: string, fallback: T, columns?: number): Matrix | T {
  return has(estimator, name) ? matrix(estimator, name, columns) : fallback;
}

/** Non-negative integers (column numbers, counts). */
export function indices(estimator: PyObject, name: string): Int32Array {
  const values = vector(estimator, name);
  const bad = values.find((v) => !Number.isInteger(v) || v < 0 || v > 0x7fffffff);
  if (bad !== undefined) wrong(estimator, name, bad, 'an array of whole numbers');
  return Int32Array.from(values);
}

/** Class labels of a one-dimensional array or list, in order: strings, numbers or booleans. */
export function labels(estimator: PyObject, name = 'classes_'): Label[] {
  const value = attribute(estimator, name);
  return toLabels(value) ?? wrong(estimator, name, value, 'an array of labels (text, numbers or booleans)');
}

/** Class labels of each of several targets: a list of arrays gives as many, a single array one. */
export function labelLists(estimator: PyObject, name = 'classes_'): Label[][] {
  const items = listItems(attribute(estimator, name));
  if (items === undefined || !items.every((item) => item instanceof NdArray))
    return [labels(estimator, name)];
  return items.map((item) => toLabels(item) ?? wrong(estimator, name, item, 'an array of labels'));
}

/** A nested estimator or other object. */
export function childObject(estimator: PyObject, name: string): PyObject {
  const value = attribute(estimator, name);
  return value instanceof PyObject ? value : wrong(estimator, name, value, 'an object');
}

/** Nested estimators of a list, tuple or object array of any shape, in C order. */
export function childObjects(estimator: PyObject, name: string): PyObject[] {
  const value = attribute(estimator, name);
  const items = toItems(value) ?? wrong(estimator, name, value, 'a list of objects');
  return items.map((item) =>
    item instanceof PyObject ? item : wrong(estimator, name, item, 'a list of objects'),
  );
}

/** A list, tuple or object array of numeric arrays, each flattened. */
export function vectors(estimator: PyObject, name: string): Float64Array[] {
  const value = attribute(estimator, name);
  const items = toItems(value) ?? wrong(estimator, name, value, 'a list of arrays');
  return items.map((item) => {
    const numbers = toVector(item) ?? wrong(estimator, name, item, 'an array of numbers');
    checkNumbers(estimator, name, numbers);
    return numbers;
  });
}

/** A list, tuple, object array or three-dimensional array of matrices. */
export function matrices(estimator: PyObject, name: string): Matrix[] {
  const value = attribute(estimator, name);
  if (value instanceof NdArray && value.shape.length === 3) {
    const [count, rows, columns] = value.shape as [number, number, number];
    const data = toVector(value) ?? wrong(estimator, name, value, 'numbers');
    checkNumbers(estimator, name, data);
    return Array.from({ length: count }, (_, i) => ({
      rows,
      columns,
      data: data.subarray(i * rows * columns, (i + 1) * rows * columns),
    }));
  }
  const items = toItems(value) ?? wrong(estimator, name, value, 'a list of matrices');
  return items.map((item) => {
    const found = toMatrix(item) ?? wrong(estimator, name, item, 'a matrix of numbers');
    checkNumbers(estimator, name, found.data);
    return found;
  });
}

/**
 * The value of an option that must be one of `allowed`; `fallback` where the file has no such attribute (a version
 * that did not know the option). @throws ModelFileError naming class, option and value
 */
export function requireOption<T extends string | number | boolean | null>(
  estimator: PyObject,
  name: string,
  allowed: readonly T[],
  fallback?: T,
): T {
  const present = estimator.attributes.get(name);
  const value = present === undefined && fallback !== undefined ? fallback : attribute(estimator, name);
  const found = allowed.find((option) => option === value);
  return found === undefined ? refuse(estimator, `${name} ${show(value)}`) : found;
}

/** @throws ModelFileError "SVC: kernel <function> cannot be evaluated; export to ONNX instead" */
export function refuse(estimator: PyObject, what: string): never {
  throw new ModelFileError(`${estimator.shortName}: ${what} cannot be evaluated; export to ONNX instead`);
}

/** @throws ModelFileError where an attribute's size is not what the others call for */
export function checkSize(
  estimator: PyObject,
  name: string,
  actual: number,
  expected: number,
  of = 'values',
): void {
  if (actual === expected) return;
  throw new ModelFileError(
    `${estimator.shortName}: ${name} has ${actual} ${of}, where ${expected} were expected`,
  );
}

/** The most columns that a model may take: twice what a HashingVectorizer gives, few enough to keep notes on each. */
const COLUMN_LIMIT = 2 ** 21;

/**
 * Columns the estimator was fitted on: n_features_in_ (0.24 on), else what `fallback` derives from other attributes,
 * which is -1 where any number will do.
 */
export function nFeaturesIn(estimator: PyObject, fallback?: () => number): number {
  const name = has(estimator, 'n_features_in_') ? 'n_features_in_' : 'n_features_';
  const derived = name === 'n_features_' ? fallback?.() : undefined;
  const count = derived ?? number(estimator, name);
  const least = derived === undefined ? 0 : -1;
  if (!Number.isInteger(count) || count < least || count > COLUMN_LIMIT) {
    wrong(estimator, 'the count of features', count, `a whole number up to ${COLUMN_LIMIT}`);
  }
  return count;
}

/** feature_names_in_, where the estimator was fitted on a data frame. */
export function featureNames(estimator: PyObject): string[] | undefined {
  const items = toItems(optional(estimator, 'feature_names_in_') ?? null);
  return items?.every((item) => typeof item === 'string') ? (items as string[]) : undefined;
}

/** Options for which NaN is a choice like others. */
const OPTIONS_WITH_NAN = new Set([
  'missing',
  'n_features_in_',
  'n_features_',
  'unknown_value',
  'missing_values',
  'fill_value',
  'encoded_missing_value',
]);

/**
 * Fitted arrays in which NaN or an infinity has a meaning: what a column without any value gave, rows that were fitted with
 * gaps, bounds that are open. Only these classes have them.
 */
const MAY_BE_NOT_FINITE = new Set([
  'statistics_', 'scale_', 'center_', 'mean_', 'var_', 'data_min_', 'data_max_', 'data_range_', 'min_', 'max_abs_',
  '_fit_X', '_mask_fit_X', 'quantiles_', 'references_', 'bin_edges_', 'scores_', 'pvalues_', 'X_min_', 'X_max_',
  'variances_', 'missing_values', '_min_value', '_max_value',
]); // prettier-ignore
const KEEPS_NOT_FINITE = /Scaler|Imputer|Select|VarianceThreshold|Neighbors|Isotonic|Transformer|Discretizer/;

function checkNumbers(estimator: PyObject, name: string, numbers: Float64Array): void {
  if (MAY_BE_NOT_FINITE.has(name) && KEEPS_NOT_FINITE.test(estimator.shortName)) return;
  const at = numbers.findIndex((value) => !Number.isFinite(value));
  if (at >= 0)
    throw new ModelFileError(
      `${estimator.shortName}: ${name} has the value ${numbers[at]} at position ${at}, where a finite number was expected`,
    );
}

function wrong(estimator: PyObject, name: string, value: PyValue, wanted: string): never {
  throw new ModelFileError(`${estimator.shortName}: ${name} is ${show(value)}, where ${wanted} was expected`);
}
