import { type Label, ModelFileError } from '../../../inference/model.js';
import { labelLists } from '../../pickle/attributes.js';
import type { PyObject } from '../../pickle/values.js';

/** The classes of each target. */
export function classLists(estimator: PyObject, nOutputs: number): Label[][] {
  const lists = labelLists(estimator);
  if (lists.length !== nOutputs || lists.some((list) => list.length === 0)) {
    throw new ModelFileError(`${estimator.shortName}: classes_ are not those of ${nOutputs} targets`);
  }
  return lists;
}
