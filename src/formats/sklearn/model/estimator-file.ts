import { ModelFileError } from '../../../inference/model.js';
import { listItems, show } from '../../pickle/attributes.js';
import { readPickle } from '../../pickle/index.js';
import { libraries } from '../../pickled-libraries.js';
import { checkExpansion } from './graph.js';
import { PyDict, PyObject, type PyValue } from '../../pickle/values.js';

/** The estimator that a pickle or joblib file holds. @throws ModelFileError where it holds something else */
export async function readEstimator(bytes: Uint8Array): Promise<PyObject> {
  return estimatorOf(await readPickle(bytes, libraries));
}

/** The value as an estimator. @throws ModelFileError, telling where the one estimator is when it lies in a container */
export function estimatorOf(value: PyValue): PyObject {
  if (isEstimator(value)) {
    checkExpansion(value);
    return value;
  }
  const inside = contents(value).filter((entry): entry is [string, PyObject] => isEstimator(entry[1]));
  const [place, estimator] = inside[0] ?? [];
  const hint =
    inside.length === 1
      ? `; its ${place} is a ${estimator.shortName}: save that by itself and import the new file`
      : '';
  throw new ModelFileError(
    `the file holds ${show(value)}; expected a fitted estimator of ${libraries.titles}${hint}`,
  );
}

function isEstimator(value: PyValue): value is PyObject {
  return value instanceof PyObject && libraries.of(value.className) !== undefined;
}

function contents(value: PyValue): (readonly [string, PyValue])[] {
  if (value instanceof PyDict) return value.entries.map(([key, item]) => [`entry ${show(key)}`, item]);
  return (listItems(value) ?? []).map((item, i) => [`item ${i}`, item]);
}
