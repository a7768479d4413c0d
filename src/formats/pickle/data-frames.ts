/** What is read of the pandas objects that a bundle holds beside its model: the names of their columns. */
import { listItems, toItems } from './conversions.js';
import { PyDict, PyObject, type PyValue } from './values.js';

/** Names of a DataFrame's columns; undefined for other values, and where a column's name is not text. */
export function columnsOfFrame(value: PyValue): string[] | undefined {
  if (!(value instanceof PyObject) || value.className !== 'pandas.core.frame.DataFrame') return undefined;
  const manager = value.attributes.get('_mgr') ?? value.attributes.get('_data');
  if (!(manager instanceof PyObject)) return undefined;
  const names = toItems(axesOf(manager)?.[0] ?? null);
  return names?.every((name) => typeof name === 'string') ? (names as string[]) : undefined;
}

/** BlockManager(blocks, axes) from pandas 1.3 on; before, a state (axes, …). */
function axesOf(manager: PyObject): readonly PyValue[] | undefined {
  const given = listItems(manager.constructorArguments[1] ?? null);
  if (given !== undefined) return given;
  const state = listItems(manager.state ?? null) ?? [];
  const last = state.at(-1);
  const versioned = last instanceof PyDict ? last.get('0.14.1') : undefined;
  const axes = versioned instanceof PyDict ? versioned.get('axes') : state[0];
  return listItems(axes ?? null);
}
