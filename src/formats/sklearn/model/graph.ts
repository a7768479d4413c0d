/** The graph of values that a file makes: shared parts, and parts that hold themselves, are ordinary in it. */
import { ModelFileError } from '../../../inference/model.js';
import { libraries } from '../../pickled-libraries.js';
import {
  NdArray,
  PyDict,
  PyList,
  PyObject,
  PyTuple,
  SparseMatrix,
  type PyValue,
} from '../../pickle/values.js';

/** Far more estimators than any real model has, far fewer than would keep a request waiting. */
const ESTIMATOR_LIMIT = 2_000_000;

/** Bytes of all arrays that a value holds, each counted once. */
export function arrayBytes(root: PyValue): number {
  const seen = new Set<PyValue>([root]);
  const open: PyValue[] = [root];
  let bytes = 0;
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    if (value instanceof NdArray && !Array.isArray(value.data)) bytes += value.data.byteLength;
    else if (value instanceof Uint8Array) bytes += value.byteLength;
    for (const part of parts(value)) {
      if (typeof part !== 'object' || part === null || seen.has(part)) continue;
      seen.add(part);
      open.push(part);
    }
  }
  return bytes;
}

/**
 * Sees that a small file does not stand for endless work: estimators are counted as often as they are referred to,
 * for that is how often they would answer.
 * @throws ModelFileError where there are more than two million
 */
export function checkExpansion(root: PyValue): void {
  const counts = new Map<PyValue, number>([[root, 0]]);
  const open = [{ value: root, rest: parts(root)[Symbol.iterator](), count: own(root) }];
  for (let last = open.at(-1); last !== undefined; last = open.at(-1)) {
    const next = last.rest.next();
    if (next.done === true) {
      if (last.count > ESTIMATOR_LIMIT) {
        throw new ModelFileError(`the model refers to estimators more than ${ESTIMATOR_LIMIT} times`);
      }
      counts.set(last.value, last.count);
      open.pop();
      const outer = open.at(-1);
      if (outer !== undefined) outer.count += last.count;
      continue;
    }
    const part = next.value;
    if (typeof part !== 'object' || part === null) continue;
    const known = counts.get(part);
    if (known !== undefined) last.count += known;
    else {
      counts.set(part, 0);
      open.push({ value: part, rest: parts(part)[Symbol.iterator](), count: own(part) });
    }
  }
}

function own(value: PyValue): number {
  return value instanceof PyObject && libraries.of(value.className) !== undefined ? 1 : 0;
}

function parts(value: PyValue): Iterable<PyValue> {
  if (value instanceof PyObject) return value.attributes.values();
  if (value instanceof PyList || value instanceof PyTuple) return value.items;
  if (value instanceof PyDict) return value.entries.map(([, item]) => item);
  if (value instanceof SparseMatrix) return [value.data, value.indices, value.indptr];
  if (!(value instanceof NdArray)) return [];
  return Array.isArray(value.data) ? value.data : (value.fields?.values() ?? []);
}
