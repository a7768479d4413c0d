import { ModelFileError } from '../../inference/model.js';
import { NdArray, PyDict, PyTuple, SparseMatrix, type PyValue } from './values.js';

type Writable<T> = { -readonly [K in keyof T]: T[K] };

const NONE = new NdArray({ kind: 'i', itemsize: 4 }, [0], new Int32Array(0));

/** A sparse matrix without its state. */
export function emptySparse(format: SparseMatrix['format']): SparseMatrix {
  return new SparseMatrix(format, [0, 0], NONE, NONE, NONE);
}

/**
 * Fills a sparse matrix with the attributes that scipy pickles: _shape and data, with indices and indptr (csr, csc),
 * row and col, or coords (coo). An array of one dimension, of shape (n,), becomes one row.
 */
export function setSparseState(matrix: SparseMatrix, state: PyValue): void {
  if (!(state instanceof PyDict)) throw damaged();
  const [rows, columns] = shapeOf(state.get('_shape'));
  const [minor, major] =
    matrix.format === 'coo' ? coordinates(state) : [state.get('indices'), state.get('indptr')];
  const data = vector(state.get('data'));
  const indices = vector(minor);
  const indptr = vector(major);
  const lines = matrix.format === 'csr' ? rows + 1 : matrix.format === 'csc' ? columns + 1 : data.size;
  if (indptr.size !== lines || indices.size > data.size) throw damaged();
  Object.assign(matrix as Writable<SparseMatrix>, { shape: [rows, columns], data, indices, indptr });
}

function shapeOf(value: PyValue | undefined): [rows: number, columns: number] {
  const shape = value instanceof PyTuple ? value.items : [];
  if (shape.length > 2) {
    throw new ModelFileError(
      'a sparse array in the file has more than two dimensions, which is not supported',
    );
  }
  const [rows, columns] = shape.length === 1 ? [1, shape[0]] : shape;
  if (!isSize(rows) || !isSize(columns)) throw damaged();
  return [rows, columns];
}

function coordinates(state: PyDict): (PyValue | undefined)[] {
  const coords = state.get('coords');
  if (!(coords instanceof PyTuple)) return [state.get('col'), state.get('row')];
  const [first, second] = coords.items;
  return second === undefined ? [first, zerosLike(first)] : [second, first];
}

function zerosLike(positions: PyValue | undefined): NdArray {
  const { size } = vector(positions);
  return new NdArray({ kind: 'i', itemsize: 4 }, [size], new Int32Array(size));
}

function isSize(value: PyValue | undefined): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function vector(value: PyValue | undefined): NdArray {
  if (value instanceof NdArray && value.shape.length === 1) return value;
  throw damaged();
}

function damaged(): ModelFileError {
  return new ModelFileError('a sparse matrix in the file is damaged');
}
