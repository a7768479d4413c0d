/** What the files of a chain hold, entry by entry. */
import { ModelFileError, type Signature } from '../../inference/model.js';
import type { TabularPart } from '../part.js';
import { columnsOfFrame } from '../pickle/data-frames.js';
import { listItems, scalar, show, toItems } from '../pickle/conversions.js';
import { NdArray, PyDict, PyObject, PySet, type PyValue } from '../pickle/values.js';
import { checkExpansion } from '../sklearn/model/graph.js';
import { isEstimator } from '../sklearn/model/estimator-file.js';
import { partOf } from '../sklearn/part.js';
import type { Key, Reference } from './recipe.js';

export type Content =
  | { readonly kind: 'estimator'; readonly part: TabularPart }
  /** A model that answers by itself alone (TensorFlow.js, ONNX): the end of a chain. */
  | { readonly kind: 'model'; readonly signature: Signature; readonly description: string }
  /** Text: names of columns, or of classes. */
  | { readonly kind: 'names'; readonly names: readonly string[] }
  | { readonly kind: 'number'; readonly value: number }
  /** An estimator that cannot be evaluated. */
  | { readonly kind: 'refused'; readonly what: string; readonly reason: string }
  | { readonly kind: 'other'; readonly what: string };

/** A value of one of the files. */
export interface Entry {
  readonly reference: Reference;
  /** Where it stands: the last key, or the file's name. */
  readonly key: string;
  readonly content: Content;
}

const MAX_ENTRIES = 10_000;
const MAX_DEPTH = 4;

/** All entries of a file's value, in its order. @throws ModelFileError where there are too many */
export function entriesOf(file: string, value: PyValue): Entry[] {
  const entries: Entry[] = [];
  const contents = new Map<PyValue, Content>();
  const containers = new Map<PyValue, boolean>();
  const visit = (at: PyValue, keys: readonly Key[]): void => {
    if (entries.length >= MAX_ENTRIES)
      throw new ModelFileError(`${file} holds more than ${MAX_ENTRIES} entries`);
    if (keys.length < MAX_DEPTH && holdsEstimators(at, containers)) {
      return itemsOf(at)!.forEach(([key, item]) => visit(item, [...keys, key]));
    }
    const reference = { file, ...(keys.length > 0 && { entry: keys.length === 1 ? keys[0] : [...keys] }) };
    const content = contents.get(at) ?? contentOf(at);
    contents.set(at, content);
    entries.push({ reference, key: String(keys.at(-1) ?? file), content });
  };
  visit(value, []);
  return entries;
}

/** Whether an estimator is among the items of a container, or of the containers in it. Each is looked into once. */
function holdsEstimators(value: PyValue, known: Map<PyValue, boolean>, depth = 0): boolean {
  const seen = known.get(value);
  if (seen !== undefined) return seen;
  const items = itemsOf(value);
  if (items === undefined) return false;
  known.set(value, false);
  const holds = items.some(
    ([, item]) => isEstimator(item) || (depth < MAX_DEPTH && holdsEstimators(item, known, depth + 1)),
  );
  known.set(value, holds);
  return holds;
}

/** The entries of a dict, list, tuple or array of objects; undefined for other values, and for far too many. */
function itemsOf(value: PyValue): (readonly [Key, PyValue])[] | undefined {
  if (value instanceof PyDict) {
    return value.entries.length > MAX_ENTRIES
      ? undefined
      : value.entries.map(([key, item]) => [
          typeof key === 'number' ? key : typeof key === 'string' ? key : show(key),
          item,
        ]);
  }
  const items =
    listItems(value) ?? (value instanceof NdArray && Array.isArray(value.data) ? value.data : undefined);
  return items === undefined || items.length > MAX_ENTRIES ? undefined : items.map((item, i) => [i, item]);
}

/** The value at the end of the way. @throws ModelFileError where there is none */
export function valueAt(file: string, value: PyValue, keys: readonly Key[]): PyValue {
  return keys.reduce((at, key) => {
    const items = itemsOf(at) ?? [];
    const found = items.find(([own]) => own === key) ?? items.find(([own]) => String(own) === String(key));
    if (found !== undefined) return found[1];
    const known = items.slice(0, 20).map(([own]) => own);
    const choices = known.length === 0 ? 'it holds no entries' : `its entries: ${known.join(', ')}`;
    throw new ModelFileError(`${file} has no entry ${JSON.stringify(key)}; ${choices}`);
  }, value);
}

function contentOf(value: PyValue): Content {
  if (isEstimator(value)) return estimatorContent(value);
  const names = namesIn(value);
  if (names !== undefined) return { kind: 'names', names };
  const number = typeof value === 'boolean' ? undefined : scalar(value);
  if (number !== undefined) return { kind: 'number', value: number };
  return { kind: 'other', what: describe(value) };
}

function estimatorContent(object: PyObject): Content {
  try {
    checkExpansion(object);
    return { kind: 'estimator', part: partOf(object) };
  } catch (error) {
    if (!(error instanceof ModelFileError)) throw error;
    return { kind: 'refused', what: object.shortName, reason: error.message };
  }
}

/** Text of a list or array, names of a data frame's columns, or the labels of {0: "no", 1: "yes"}. */
function namesIn(value: PyValue): string[] | undefined {
  const columns = columnsOfFrame(value);
  if (columns !== undefined) return columns;
  if (value instanceof PyDict) {
    const ordered = value.entries.every(([key], i) => key === i);
    return ordered ? texts(value.entries.map(([, item]) => item)) : undefined;
  }
  return texts(toItems(value) ?? []);
}

function texts(items: readonly PyValue[]): string[] | undefined {
  return items.length > 0 && items.every((item) => typeof item === 'string')
    ? (items as string[])
    : undefined;
}

function describe(value: PyValue): string {
  if (typeof value === 'string') return 'text';
  if (value instanceof PyDict) return `a dict of ${value.size}`;
  if (value instanceof PySet) return `a set of ${value.items.length}`;
  const items = listItems(value);
  return items === undefined ? show(value).slice(0, 80) : `a list of ${items.length}`;
}

/** An entry for people: `model.pkl, entry "scaler": StandardScaler`. */
export function whatIs(content: Content): string {
  switch (content.kind) {
    case 'estimator':
      return content.part.title;
    case 'model':
      return content.description;
    case 'names':
      return `${content.names.length} names`;
    case 'number':
      return String(content.value);
    case 'refused':
      return `${content.what} (not supported)`;
    case 'other':
      return content.what;
  }
}
