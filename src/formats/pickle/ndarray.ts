import { ModelFileError } from '../../inference/model.js';
import { NdArray, PyFunction, PyList, PyTuple, type PyValue } from './values.js';
import { decodeElements } from './array-elements.js';
import { arrayShape, elementCount, fortranLayout, inOrder, type Layout } from './array-layout.js';
import { integer } from '../../inference/labels.js';
import { DtypeObject, parseDtype, publicDtype, type StoredDtype } from './dtype.js';
import type { Budget } from './limits.js';

type Writable<T> = { -readonly [K in keyof T]: T[K] };

const ARRAY_COST = 400;

/** An array without its state: numpy creates it empty, then BUILD fills it. */
export function emptyArray(budget: Budget): NdArray {
  budget.heap(ARRAY_COST);
  return new NdArray({ kind: 'u', itemsize: 1 }, [0], new Uint8Array(0));
}

/**
 * Fills an array with the state of numpy's ndarray.__reduce__: (version, shape, dtype, is Fortran, bytes or list); or
 * of the pandas arrays that stand upon one: (dtype, array).
 */
export function setArrayState(array: NdArray, state: PyValue, budget: Budget): void {
  const items = state instanceof PyTuple ? state.items : [];
  const inner = items.slice(0, 3).find((item) => item instanceof NdArray);
  if (inner !== undefined) {
    Object.assign(array as Writable<NdArray>, inner);
    return;
  }
  const [dims, dtype, fortran, raw] = items.length === 4 ? items : items.slice(1);
  if (items.length < 4 || !(dtype instanceof DtypeObject)) throw damagedArray();
  const shape = toShape(dims);
  fillArray(array, dtype.stored, fortran === true ? fortranLayout(shape) : { shape }, raw, budget);
}

/** An array of this dtype over the bytes of one buffer. */
export function arrayOver(dtype: StoredDtype, layout: Layout, raw: PyValue, budget: Budget): NdArray {
  const array = emptyArray(budget);
  fillArray(array, dtype, layout, raw, budget);
  return array;
}

/** A dimension tuple as numbers. */
export function toShape(dims: PyValue): number[] {
  const items = dims instanceof PyTuple ? dims.items : [dims];
  if (!items.every((size): size is number => typeof size === 'number')) throw damagedArray();
  elementCount(items);
  return [...items];
}

/** One numpy scalar from its bytes as a plain value; a record is an array without dimensions. */
export function decodeScalar(dtype: PyValue, raw: PyValue | undefined, budget: Budget): PyValue {
  if (!(dtype instanceof DtypeObject)) throw damagedArray();
  const { stored } = dtype;
  if (stored.kind === 'O') return raw ?? null;
  const array = arrayOver(stored, { shape: [] }, raw ?? new Uint8Array(stored.itemsize), budget);
  if (array.fields !== undefined) return array;
  const value: PyValue = array.data[0];
  if (stored.kind === 'b') return value !== 0;
  return typeof value === 'bigint' ? integer(value) : value;
}

/** An array whose values are separate in the file. */
export function objectArray(items: PyValue[], shape: readonly number[] = [items.length]): NdArray {
  return new NdArray({ kind: 'O', itemsize: 8 }, shape, items);
}

function fillArray(array: NdArray, dtype: StoredDtype, layout: Layout, raw: PyValue, budget: Budget): void {
  const shape = arrayShape(layout);
  const count = elementCount(shape);
  const target = array as Writable<NdArray>;
  budget.heap(ARRAY_COST);
  if (raw instanceof PyList) {
    if (dtype.kind !== 'O' || raw.items.length !== count) throw damagedArray();
    budget.heap(8 * count);
    Object.assign(target, objectArray([...raw.items], shape));
    return;
  }
  const bytes = toBytes(raw, budget);
  if (bytes.length !== count * dtype.itemsize) {
    throw new ModelFileError(
      `an array of shape (${shape.join(', ')}) has ${bytes.length} bytes, where ${count * dtype.itemsize} are due`,
    );
  }
  if (dtype.itemsize === 0) budget.heap(40 * count);
  budget.array(bytes.length);
  const { data, fields } = decodeElements(
    inOrder(bytes, layout, dtype.itemsize),
    dtype,
    shape,
    count,
    budget,
  );
  Object.assign(target, new NdArray(publicDtype(dtype), shape, data, fields));
}

/** Bytes of the file; a string of Python 2 has one byte per character. */
function toBytes(raw: PyValue, budget: Budget): Uint8Array {
  if (raw instanceof Uint8Array) return raw;
  if (typeof raw !== 'string') throw damagedArray();
  budget.array(raw.length);
  return Buffer.from(raw, 'latin1');
}

function damagedArray(): ModelFileError {
  return new ModelFileError('a numpy array in the file is damaged');
}

/** The dtype argument of a constructor: an object, a class or a code. */
export function dtypeOf(value: PyValue): StoredDtype {
  if (value instanceof DtypeObject || value instanceof PyFunction || typeof value === 'string')
    return parseDtype(value);
  throw damagedArray();
}
