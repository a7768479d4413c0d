import { ModelFileError } from '../../../inference/model.js';
import type { Evaluator } from '../../../inference/tabular/evaluator.js';
import { childObjects } from '../../pickle/attributes.js';
import type { PyObject } from '../../pickle/values.js';

/** The fitted estimators of a list. @throws ModelFileError where there is none */
export function buildMembers(
  estimator: PyObject,
  name: string,
  build: (nested: PyObject) => Evaluator,
): Evaluator[] {
  const members = childObjects(estimator, name).map(build);
  if (members.length === 0) throw new ModelFileError(`${estimator.shortName}: ${name} is empty`);
  return members;
}
