/** BUILD: applies a state from the file to a value. */
import { ModelFileError } from '../../inference/model.js';
import { NdArray, PyDict, PyObject, PyTuple, SparseMatrix, type PyValue } from './values.js';
import { OutsideObject } from './containers.js';
import { DtypeObject } from './dtype.js';
import { isArrayWrapper, readWrappedArray } from './joblib-array.js';
import type { Budget } from './limits.js';
import type { Machine } from './machine.js';
import { setArrayState } from './ndarray.js';
import { setSparseState } from './sparse.js';

/** Bytes of heap per attribute. */
const ATTRIBUTE_COST = 80;

/**
 * Names of the parts of a state that is a tuple, as __getstate__ of sklearn/neighbors/_binary_tree.pxi and
 * sklearn/metrics/_dist_metrics.pyx order them, and functools.partial's __reduce__.
 */
const TREE_STATE =
  'data idx_array node_data node_bounds leaf_size n_levels n_nodes n_trims n_leaves n_splits n_calls dist_metric ' +
  'sample_weight';
const TUPLE_STATES: readonly (readonly [RegExp, readonly string[]])[] = [
  [/^sklearn\..*(KDTree|BallTree|BinaryTree)(32|64)?$/, TREE_STATE.split(' ')],
  [/^sklearn\..*Distance(32|64)?$/, ['p', 'vec', 'mat', 'func', 'kwargs']],
  [/^functools\.partial$/, ['func', 'args', 'keywords', '__dict__']],
];

/** @returns the value to use from then on @throws ModelFileError if the state does not fit the value */
export function build(target: PyValue, state: PyValue, machine: Machine): PyValue {
  const { budget } = machine;
  if (target instanceof NdArray) setArrayState(target, state, budget);
  else if (target instanceof SparseMatrix) setSparseState(target, state);
  else if (target instanceof DtypeObject) target.setState(state, budget);
  else if (target instanceof PyObject) return buildObject(target, state, machine);
  else if (!(target instanceof PyDict)) throw machine.reader.damage('a state is given to what has none');
  return target;
}

function buildObject(target: PyObject, state: PyValue, machine: Machine): PyValue {
  if (target instanceof OutsideObject) return target;
  setAttributes(target, state, machine.budget);
  return isArrayWrapper(target) ? readWrappedArray(target, machine) : target;
}

/**
 * A dict contains attributes; in a pair of dicts, the second one contains those in slots. Parts of other tuples are
 * named by class, or the tuple is kept.
 */
function setAttributes(target: PyObject, state: PyValue, budget: Budget): void {
  if (state instanceof PyDict) return assign(target, state, budget);
  if (!(state instanceof PyTuple)) {
    target.state = state;
    return;
  }
  const [inDict, inSlots] = state.items;
  const names = TUPLE_STATES.find(([pattern]) => pattern.test(target.className))?.[1];
  if (names !== undefined) {
    names.slice(0, state.items.length).forEach((name, k) => target.attributes.set(name, state.items[k]));
  } else if (
    state.items.length === 2 &&
    inSlots instanceof PyDict &&
    (inDict === null || inDict instanceof PyDict)
  ) {
    if (inDict !== null) assign(target, inDict, budget);
    assign(target, inSlots, budget);
  } else {
    target.state = state;
  }
}

function assign(target: PyObject, attributes: PyDict, budget: Budget): void {
  budget.heap(ATTRIBUTE_COST * attributes.size);
  for (const [name, value] of attributes.entries) {
    if (typeof name !== 'string')
      throw new ModelFileError('an object in the file has an attribute without a name');
    target.attributes.set(name, value);
  }
}
