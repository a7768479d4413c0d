import { PyDict, PyFunction, PyList, PyObject, PySet, PyTuple, type PyValue } from './values.js';
import type { Machine } from './machine.js';

const ENTRY_COST = 120;

/**
 * Adds values to the containers of a file. An object whose class is a subclass of dict or list keeps them in `state`.
 * @throws ModelFileError if the target is not a container
 */
export const fill = {
  /** Appends `items` to a list, or adds them to a set. */
  items(m: Machine, target: PyValue, items: readonly PyValue[]): void {
    const into = target instanceof PyObject ? (target.state ??= new PyList([])) : target;
    if (!(into instanceof PyList || into instanceof PySet))
      throw m.reader.damage('items are added to a value that is not a list');
    for (const item of items) into.items.push(item);
    m.budget.heap(16 * items.length);
  },

  /** `items` are alternating keys and values. */
  entries(m: Machine, target: PyValue, items: readonly PyValue[]): void {
    if (items.length % 2 !== 0) throw m.reader.damage('a dict has a key without a value');
    m.budget.heap(ENTRY_COST * (items.length / 2));
    const dict = target instanceof PyObject ? (target.state ??= new PyDict()) : target;
    if (!(dict instanceof PyDict)) throw m.reader.damage('entries are set in a value that is not a dict');
    for (let i = 0; i < items.length; i += 2) {
      if (!hashable(items[i])) throw m.reader.damage('a dict has a list, dict or set for a key');
      dict.set(items[i], items[i + 1]);
    }
  },
};

/** An instance of a class that is not admitted, while a file is only inspected. */
export class OutsideObject extends PyObject {}

function hashable(key: PyValue): boolean {
  if (typeof key !== 'object' || key === null) return true;
  return (
    key instanceof PyTuple ||
    key instanceof PyFunction ||
    key instanceof PyObject ||
    key instanceof Uint8Array
  );
}
