/** The ways in which a column transformer names columns, resolved to positions. */
import { listItems, refuse, scalar, show, toItems } from '../../pickle/attributes.js';
import { NdArray, PyList, PyObject, PySlice, type PyValue } from '../../pickle/values.js';

/**
 * Positions of the columns that `selection` names: one name or position, a list or array of them, a mask, or a slice
 * (by position, or by names with its end included).
 * @param names of all columns, where known
 * @throws ModelFileError for names that are not known, positions out of range, and Python functions
 */
export function resolveColumns(
  owner: PyObject,
  selection: PyValue,
  nFeatures: number,
  names: readonly string[] | undefined,
): number[] {
  const positionOf = (value: PyValue): number => {
    const position =
      typeof value === 'string' ? (names?.indexOf(value) ?? -1) : fromEnd(scalar(value), nFeatures);
    if (position === undefined || !(position >= 0 && position < nFeatures)) {
      refuse(owner, `the column ${show(value)}`);
    }
    return position;
  };
  if (selection instanceof PySlice) return sliceOf(owner, selection, nFeatures, positionOf);
  const items = itemsOf(selection);
  if (items === undefined) return [positionOf(selection)];
  const isMask = items.length > 0 && items.every((item) => typeof item === 'boolean');
  if (!isMask) return items.map(positionOf);
  if (items.length !== nFeatures) refuse(owner, `a mask of ${items.length} for ${nFeatures} columns`);
  return items.flatMap((chosen, j) => (chosen ? [j] : []));
}

/** Items of a list, tuple or array; of the list that later versions keep the remaining columns in, too. */
function itemsOf(selection: PyValue): readonly PyValue[] | undefined {
  if (selection instanceof PyObject) {
    const data = selection.attributes.get('data');
    return data instanceof PyList ? data.items : undefined;
  }
  if (!(selection instanceof NdArray)) return listItems(selection);
  if (selection.dtype.kind === 'b') return Array.from(selection.data as Uint8Array, (bit) => bit !== 0);
  return toItems(selection) ?? Array.from(selection.data as Iterable<number | bigint>);
}

function fromEnd(position: number | undefined, count: number): number | undefined {
  if (position === undefined || !Number.isInteger(position)) return undefined;
  return position < 0 ? position + count : position;
}

function sliceOf(
  owner: PyObject,
  { start, stop, step }: PySlice,
  nFeatures: number,
  positionOf: (value: PyValue) => number,
): number[] {
  const stride = step === null ? 1 : scalar(step);
  if (stride === undefined || !Number.isInteger(stride) || stride === 0)
    refuse(owner, `a slice by ${show(step)}`);
  if (typeof start === 'string' || typeof stop === 'string') {
    const from = start === null ? 0 : positionOf(start);
    const to = stop === null ? nFeatures : positionOf(stop) + 1;
    return span(from, to, stride);
  }
  const low = stride > 0 ? 0 : -1;
  const high = stride > 0 ? nFeatures : nFeatures - 1;
  const bound = (value: PyValue, otherwise: number): number => {
    const position = value === null ? otherwise : fromEnd(scalar(value), nFeatures);
    if (position === undefined) refuse(owner, `a slice from ${show(start)} to ${show(stop)}`);
    return Math.min(Math.max(position, low), high);
  };
  return span(bound(start, stride > 0 ? low : high), bound(stop, stride > 0 ? high : low), stride);
}

function span(from: number, to: number, step: number): number[] {
  const positions: number[] = [];
  for (let j = from; step > 0 ? j < to : j > to; j += step) positions.push(j);
  return positions;
}
