/**
 * The helpers that dill puts into a pickle around values that pickle itself writes otherwise (dill/_dill.py). Helpers
 * that make functions, code, cells, modules or classes are not here: a file that names them is refused.
 */
import { ModelFileError } from '../../inference/model.js';
import type { Construct } from './construct.js';
import { emptyArray, setArrayState } from './ndarray.js';

export const DILL: Readonly<Record<string, Construct>> = {
  /** _create_array(function, arguments, state, attributes): an ndarray and the state that it gets. */
  _create_array: ([, , state = null], { budget }) => {
    const array = emptyArray(budget);
    setArrayState(array, state, budget);
    return array;
  },
  /** _load_type(name): a builtin type, "float" or, as older versions write it, "FloatType". */
  _load_type: ([name = null], { find }) => {
    if (typeof name !== 'string')
      throw new ModelFileError('damaged pickle: dill names a type that is not text');
    const plain =
      /^[A-Z][a-z]+Type$/.test(name) && name !== 'NoneType' ? name.slice(0, -4).toLowerCase() : name;
    return find('builtins', plain);
  },
};
