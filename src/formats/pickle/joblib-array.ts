/** Arrays that joblib writes as raw bytes after the NumpyArrayWrapper that describes them. */
import { ModelFileError } from '../../inference/model.js';
import type { PyObject, PyValue } from './values.js';
import { elementCount, fortranLayout } from './array-layout.js';
import { DtypeObject } from './dtype.js';
import { Machine } from './machine.js';
import { arrayOver, toShape } from './ndarray.js';

const WRAPPER = /^(sklearn\.externals\.)?joblib\.numpy_pickle\.NumpyArrayWrapper$/;

export function isArrayWrapper(object: PyObject): boolean {
  return WRAPPER.test(object.className);
}

/** Wrappers of joblib's first layout, with each array in a separate file, and of its cache. */
export function isFileWrapper(className: string): boolean {
  return /joblib\.numpy_pickle_compat\.Z?NDArrayWrapper$|joblib\.numpy_pickle\.Z?NDArrayWrapper$/.test(
    className,
  );
}

/**
 * Reads the array that follows the wrapper: raw elements after padding (joblib 1.1 and newer), or a nested pickle if
 * the elements are objects.
 * @throws ModelFileError
 */
export function readWrappedArray(wrapper: PyObject, machine: Machine): PyValue {
  const { reader, budget } = machine;
  const dtype = wrapper.attributes.get('dtype');
  if (!(dtype instanceof DtypeObject)) throw new ModelFileError('a joblib array in the file is damaged');
  if (machine.nested) throw reader.damage('a joblib array stands within another');
  if (dtype.stored.kind === 'O')
    return new Machine(reader, budget, machine.world, machine.opcodes, true).run();
  const alignment = wrapper.attributes.get('numpy_array_alignment_bytes');
  if (alignment !== undefined && alignment !== null) reader.take(reader.u8());
  const shape = toShape(wrapper.attributes.get('shape') ?? null);
  const layout = wrapper.attributes.get('order') === 'F' ? fortranLayout(shape) : { shape };
  const bytes = reader.take(elementCount(shape) * dtype.stored.itemsize);
  return arrayOver(dtype.stored, layout, bytes, budget);
}
