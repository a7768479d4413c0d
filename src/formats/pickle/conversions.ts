/** Typed values from those of the pickle reader; undefined for values of another kind. */
import { integer } from '../../inference/labels.js';
import { type Label, ModelFileError } from '../../inference/model.js';
import type { Matrix, SparseRows } from '../../inference/tabular/evaluator.js';
import {
  NdArray,
  PyDict,
  PyFunction,
  PyList,
  PyObject,
  PyTuple,
  SparseMatrix,
  type PyValue,
} from './values.js';

/** Numbers of a scalar, array, sparse matrix or list of numbers as float64 in C order; undefined for anything else. */
export function toVector(value: PyValue): Float64Array | undefined {
  if (value instanceof SparseMatrix) return toMatrix(value)?.data;
  if (value instanceof NdArray) {
    if (value.data instanceof Float64Array) return value.data;
    if (Array.isArray(value.data)) return numbersOf(value.data);
    return Float64Array.from(value.data as Iterable<number | bigint>, Number);
  }
  const one = scalar(value);
  if (one !== undefined) return Float64Array.of(one);
  const items = listItems(value);
  return items === undefined ? undefined : numbersOf(items);
}

/** Whether an array is of float32, in which numpy then computes with it. */
export function isFloat32(value: PyValue | undefined): boolean {
  return value instanceof NdArray && value.data instanceof Float32Array;
}

/** A matrix of a one- or two-dimensional array or a sparse matrix; undefined for anything else. */
export function toMatrix(value: PyValue): Matrix | undefined {
  if (value instanceof SparseMatrix) return densify(value);
  const data = toVector(value);
  if (data === undefined) return undefined;
  const shape = value instanceof NdArray ? value.shape : [data.length];
  if (shape.length > 2) return undefined;
  const columns = shape[shape.length - 1] ?? 1;
  return { rows: shape.length === 2 ? shape[0] : 1, columns, data };
}

/** Labels of a one-dimensional array or list; undefined if one is neither text, number nor boolean. */
export function toLabels(value: PyValue): Label[] | undefined {
  if (value instanceof NdArray && !Array.isArray(value.data)) {
    if (value.dtype.kind === 'b') return Array.from(value.data as Uint8Array, (v) => v !== 0);
    return Array.from(value.data as Iterable<number | bigint>, (v) =>
      typeof v === 'bigint' ? integer(v) : v,
    );
  }
  const out: Label[] = [];
  for (const item of toItems(value) ?? [null]) {
    const label = isLabel(item) ? item : scalar(item);
    if (label === undefined) return undefined;
    out.push(label);
  }
  return out;
}

const isLabel = (value: PyValue): value is string | boolean | bigint =>
  typeof value === 'boolean' || typeof value === 'string' || typeof value === 'bigint';

/** Items of a list, tuple or object or text array (of any shape, in C order); undefined for anything else. */
export function toItems(value: PyValue): readonly PyValue[] | undefined {
  if (value instanceof NdArray) return Array.isArray(value.data) ? value.data : undefined;
  return listItems(value);
}

/** A value for an error message: short, on one line. */
export function show(value: PyValue): string {
  if (value === null) return 'None';
  if (typeof value === 'string')
    return JSON.stringify(value.length > 60 ? `${value.slice(0, 57)}...` : value);
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  if (value instanceof PyFunction) return `<function ${value.name}>`;
  if (value instanceof PyObject) return `<${value.className}>`;
  if (value instanceof NdArray) return `<array of shape (${value.shape.join(', ')})>`;
  if (value instanceof SparseMatrix) return '<sparse matrix>';
  if (value instanceof PyDict) return '<dict>';
  return value instanceof PyTuple ? '<tuple>' : value instanceof PyList ? '<list>' : '<value>';
}

/** Items of a list or tuple; undefined for anything else. */
export function listItems(value: PyValue): readonly PyValue[] | undefined {
  return value instanceof PyList || value instanceof PyTuple ? value.items : undefined;
}

/** A number, boolean, big integer or array of one element as a number; undefined for anything else. */
export function scalar(value: PyValue): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean' || typeof value === 'bigint') return Number(value);
  if (value instanceof NdArray && value.size === 1) return toVector(value)?.[0];
  return undefined;
}

function numbersOf(items: readonly PyValue[]): Float64Array | undefined {
  const out = new Float64Array(items.length);
  for (let i = 0; i < items.length; i++) {
    const one = scalar(items[i]);
    if (one === undefined) return undefined;
    out[i] = one;
  }
  return out;
}

/** Maximum elements of a sparse matrix in dense form: 1 GiB of float64. */
const DENSE_LIMIT = 2 ** 27;

function densify(sparse: SparseMatrix): Matrix | undefined {
  const [rows, columns] = sparse.shape;
  const values = toVector(sparse.data);
  const minor = toVector(sparse.indices);
  const major = toVector(sparse.indptr);
  if (!values || !minor || !major || rows * columns > DENSE_LIMIT) return undefined;
  if (minor.length !== values.length) throw damagedSparse('its data and indices differ in length');
  const data = new Float64Array(rows * columns);
  const put = (row: number, column: number, value: number): void => {
    if (!(row >= 0 && row < rows && column >= 0 && column < columns && Number.isInteger(row + column)))
      throw damagedSparse(
        `it has an element at (${row}, ${column}), outside of its shape (${rows}, ${columns})`,
      );
    data[row * columns + column] += value;
  };
  if (sparse.format === 'coo') {
    values.forEach((value, k) => put(major[k], minor[k], value));
    return { rows, columns, data };
  }
  // Lines that overlap, or begin far below zero, would take longer than the file is large.
  if (!isAscendingFromZero(major) || (major.at(-1) ?? 0) !== values.length)
    throw damagedSparse('its indptr does not divide its elements');
  const lines = sparse.format === 'csr' ? rows : columns;
  for (let line = 0; line < lines; line++) {
    const end = major[line + 1] ?? 0;
    for (let k = major[line]; k < end; k++) {
      if (sparse.format === 'csr') put(line, minor[k], values[k]);
      else put(minor[k], line, values[k]);
    }
  }
  return { rows, columns, data };
}

/**
 * The rows of a CSR matrix, validated: positions ascend, columns are in range. Undefined for an invalid matrix or
 * another format.
 */
export function csrRows({ format, shape: [rows, columns], ...parts }: SparseMatrix): SparseRows | undefined {
  const [values, minor, major] = [parts.data, parts.indices, parts.indptr].map(toVector);
  if (format !== 'csr' || !values || !minor || !major || major.length !== rows + 1) return undefined;
  if (!isAscendingFromZero(major) || major[rows] > values.length || major[rows] > minor.length)
    return undefined;
  if (!minor.every((column) => column >= 0 && column < columns)) return undefined;
  return { starts: Int32Array.from(major), indices: Int32Array.from(minor), values };
}

const damagedSparse = (reason: string): ModelFileError =>
  new ModelFileError(`a sparse matrix in the file is damaged: ${reason}`);

function isAscendingFromZero(positions: ArrayLike<number>): boolean {
  let last = 0;
  for (let k = 0; k < positions.length; k++) {
    if (!(positions[k] >= last)) return false;
    last = positions[k];
  }
  return true;
}
