import { NotOneEstimator } from '../../bundle-errors.js';
import { readPickle } from '../../pickle/index.js';
import { libraries } from '../../pickled-libraries.js';
import { checkExpansion } from './graph.js';
import { PyObject, type PyValue } from '../../pickle/values.js';

/** The estimator that a pickle or joblib file holds. @throws ModelFileError where it holds something else */
export async function readEstimator(bytes: Uint8Array): Promise<PyObject> {
  return estimatorOf(await readPickle(bytes, libraries));
}

/** The value as an estimator. @throws NotOneEstimator where it is something else */
export function estimatorOf(value: PyValue): PyObject {
  if (!isEstimator(value)) throw new NotOneEstimator(value, libraries.titles);
  checkExpansion(value);
  return value;
}

/** Whether the value is an object of a library that is read out of pickles. */
export function isEstimator(value: PyValue): value is PyObject {
  return value instanceof PyObject && libraries.of(value.className) !== undefined;
}
