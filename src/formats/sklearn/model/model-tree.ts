import type { ModelTree } from '../../runtime.js';
import { listItems, show, toItems } from '../../pickle/attributes.js';
import { NdArray, PyDict, PyFunction, PyObject, type PyValue } from '../../pickle/values.js';
import { namedSteps } from './nested.js';

const MAX_DEPTH = 16;
const MAX_NODES = 500;
const MAX_ITEMS = 50;
/**
 * Of all parameters together. A file may refer to one value from many places, so that a few hundred bytes of it can
 * stand for gigabytes of text.
 */
const MAX_CHARACTERS = 2 ** 20;

/** What is left of {@link MAX_CHARACTERS}. */
interface Budget {
  characters: number;
}

/** Attributes that hold named steps, and those that hold the one estimator inside. */
const STEP_LISTS = ['steps', 'transformers_', 'transformer_list', 'estimators'];
const INNER = ['best_estimator_', 'estimator_', 'regressor_', 'transformer_', 'final_estimator_'];
/** What those were fitted from: the same once more, without having learned anything. */
const TEMPLATES = [
  'estimator',
  'base_estimator',
  'regressor',
  'transformer',
  'final_estimator',
  'transformers',
];

/** What a model is made of: classes, the parameters they were made with, and their steps. */
export function modelTree(root: PyObject): ModelTree {
  let nodes = 0;
  const budget = { characters: MAX_CHARACTERS };
  const node = (estimator: PyObject, name: string | undefined, depth: number): ModelTree => {
    nodes++;
    const inner = depth >= MAX_DEPTH ? [] : innerEstimators(estimator);
    const steps = inner.flatMap(([stepName, step, columns]) => {
      if (nodes >= MAX_NODES) return [];
      const child =
        step instanceof PyObject
          ? node(step, stepName, depth + 1)
          : { className: String(step), name: stepName };
      return [
        columns === undefined
          ? child
          : { ...child, parameters: { ...child.parameters, columns: plain(columns, budget) } },
      ];
    });
    return {
      className: estimator.shortName,
      ...(name !== undefined && { name }),
      parameters: parametersOf(estimator, budget),
      ...(steps.length > 0 && { steps }),
    };
  };
  return node(root, undefined, 0);
}

type Inner = readonly [name: string, step: PyObject | string, columns?: PyValue];

/** The estimators inside one: named steps first, then the one that it delegates to. */
export function innerEstimators({ attributes }: PyObject): Inner[] {
  const named =
    STEP_LISTS.map((list) => namedSteps(attributes.get(list))).find((steps) => steps.length > 0) ?? [];
  const steps = named.flatMap(({ name, step, columns }): Inner[] =>
    step instanceof PyObject || typeof step === 'string' ? [[name, step, columns]] : [],
  );
  const single = INNER.flatMap((name): Inner[] => {
    const value = attributes.get(name);
    return value instanceof PyObject ? [[name, value]] : [];
  });
  return [...steps, ...single];
}

/** The parameters of the constructor: scikit-learn keeps them under their own names, what it learns under names in "_". */
function parametersOf({ attributes }: PyObject, budget: Budget): Record<string, unknown> {
  const parameters: [string, unknown][] = [];
  for (const [name, value] of attributes) {
    if (name.startsWith('_') || name.endsWith('_') || STEP_LISTS.includes(name)) continue;
    if (value instanceof PyObject && TEMPLATES.includes(name)) continue;
    if (name === 'transformers') continue;
    if (budget.characters <= 0) break;
    parameters.push([name.slice(0, 100), plain(value, budget)]);
  }
  return Object.fromEntries(parameters);
}

const MAX_VALUE_DEPTH = 4;
/** Budget of a number, a key or a comma. */
const ITEM_CHARACTERS = 8;

/** A value as JSON. Values that are too long or have no JSON form become a short text. */
function plain(value: PyValue, budget: Budget, depth = 0): unknown {
  budget.characters -= ITEM_CHARACTERS;
  if (depth < MAX_VALUE_DEPTH && budget.characters > 0) {
    if (value instanceof PyObject && value.className === 'numpy.dtype')
      return plain(value.attributes.get('name') ?? null, budget, depth + 1);
    if (value instanceof PyDict && value.size <= MAX_ITEMS)
      return Object.fromEntries(
        value.entries.map(([key, item]) => [text(key, budget), plain(item, budget, depth + 1)]),
      );
    const items = plainItems(value);
    if (items !== undefined) return items.map((item) => plain(item, budget, depth + 1));
  }
  return single(value, budget);
}

/** The items of a short list or array of one dimension. */
function plainItems(value: PyValue): readonly PyValue[] | undefined {
  if (value instanceof NdArray && value.shape.length > 1) return undefined;
  const items = listItems(value) ?? toItems(value);
  return items !== undefined && items.length <= MAX_ITEMS ? items : undefined;
}

function single(value: PyValue, budget: Budget): unknown {
  if (value === null || typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (typeof value === 'bigint') return charged(String(value), budget);
  if (typeof value === 'string') return charged(value.slice(0, 1000), budget);
  return charged(value instanceof PyFunction ? value.name : show(value), budget);
}

function text(key: PyValue, budget: Budget): string {
  return charged(typeof key === 'string' ? key.slice(0, 100) : show(key), budget);
}

/** The text, or a sign that there is more where all texts together are too long. */
function charged(shown: string, budget: Budget): string {
  if (budget.characters <= 0) return '…';
  budget.characters -= shown.length;
  return shown;
}
