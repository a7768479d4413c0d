import { NdArray, PyDict, PyList, PyObject, PyTuple, type PyValue } from '../../pickle/values.js';

/** Whether an estimator keeps float32 arrays, so that it answers float32 rows in float32: not what this evaluates in. */
export function computesInFloat32(estimator: PyObject): boolean {
  const seen = new Set<PyValue>([estimator]);
  // A set's iterator comes to what is added while it runs.
  for (const value of seen) {
    if (value instanceof NdArray && value.data instanceof Float32Array) return true;
    for (const part of partsOf(value)) if (typeof part === 'object' && part !== null) seen.add(part);
  }
  return false;
}

function partsOf(value: PyValue): Iterable<PyValue> {
  if (value instanceof PyObject) return value.attributes.values();
  if (value instanceof PyList || value instanceof PyTuple) return value.items;
  if (value instanceof PyDict) return value.entries.map(([, item]) => item);
  if (value instanceof NdArray && value.dtype.kind === 'O' && Array.isArray(value.data)) return value.data;
  return [];
}
