/** The steps of a chain as one evaluator. */
import { ModelFileError } from '../../inference/model.js';
import type { Evaluator } from '../../inference/tabular/evaluator.js';
import { PyObject } from '../pickle/values.js';
import { identity } from '../sklearn/compose/function.js';
import { parallel, type Branch } from '../sklearn/compose/parallel.js';
import { chain } from '../sklearn/compose/pipeline.js';
import { positionsOf, type Node } from './columns.js';
import { outputNames, outputWidth } from './output-columns.js';

/** How messages call the compositions made here. */
const OWNER = new PyObject('modelgate.Chain');

/** The table between two steps: what has been computed so far, and the names of the columns that are there now. */
interface Between {
  readonly evaluator: Evaluator | undefined;
  readonly names: readonly string[];
}

/**
 * Transformers one after the other. A step that gives as many columns as it takes puts them in their places; others put
 * theirs behind the columns that they do not take.
 * @param features names of the input columns
 * @throws ModelFileError where a step does not fit the columns that arrive there
 */
export function composeSteps(nodes: readonly Node[], features: readonly string[]): Between {
  let table: Between = { evaluator: undefined, names: features };
  for (let k = 0; k < nodes.length;) {
    const together = sideBySide(nodes, k, table.names);
    table = together.length > 1 ? inPlace(table, together) : oneStep(table, nodes[k]);
    k += Math.max(together.length, 1);
  }
  return table;
}

/** The table with the columns that a last step takes, in its order. */
export function columnsFor(node: Node, table: Between): Evaluator | undefined {
  const positions = positionsOf(node, table.names);
  return positions === undefined ? table.evaluator : after(table, select(positions, table.names));
}

export function joined(first: Evaluator | undefined, second: Evaluator): Evaluator {
  if (first === undefined) return second;
  if (first.transform === undefined) throw new ModelFileError('a step before the last one gives no table');
  return chain(first, second);
}

interface Placed {
  readonly node: Node;
  readonly positions: readonly number[];
}

/** Steps from `start` on, each of them in place on columns that no other of them takes: they are computed together. */
function sideBySide(nodes: readonly Node[], start: number, names: readonly string[]): Placed[] {
  const placed: Placed[] = [];
  const taken = new Set<number>();
  for (const node of nodes.slice(start)) {
    const positions = positionsOf(node, names);
    if (positions === undefined || positions.length !== outputWidth(node.part.evaluator)) break;
    if (positions.some((position) => taken.has(position))) break;
    for (const position of positions) taken.add(position);
    placed.push({ node, positions });
  }
  return placed;
}

function oneStep(table: Between, node: Node): Between {
  const { evaluator } = node.part;
  const positions = positionsOf(node, table.names);
  const names = namesBehind(node, positions, table.names);
  if (positions === undefined) return { evaluator: joined(table.evaluator, evaluator), names };
  if (outputWidth(evaluator) === positions.length) return inPlace(table, [{ node, positions }]);
  const branches = [...passed(others(positions, table.names.length)), branch(node, positions)];
  return { evaluator: after(table, parallel(OWNER, table.names.length, branches, table.names)), names };
}

/** Names of the columns behind a step that takes those at `positions`, or all of them. */
function namesBehind(
  node: Node,
  positions: readonly number[] | undefined,
  names: readonly string[],
): readonly string[] {
  if (positions === undefined) return namesAfter(node, names);
  if (outputWidth(node.part.evaluator) === positions.length) return renamed(names, [{ node, positions }]);
  const rest = others(positions, names.length).map((position) => names[position]);
  const taken = positions.map((position) => names[position]);
  return [...rest, ...namesAfter(node, taken)];
}

/** The columns that each step takes, by name; undefined where it takes all that are there, in order. */
export function columnsTaken(nodes: readonly Node[], features: readonly string[]): (string[] | undefined)[] {
  let names = features;
  return nodes.map((node) => {
    const positions = positionsOf(node, names);
    const taken = positions?.map((position) => names[position]);
    if (node.part.evaluator.transform !== undefined) names = namesBehind(node, positions, names);
    return taken;
  });
}

function inPlace(table: Between, placed: readonly Placed[]): Between {
  const { names } = table;
  const taken = placed.flatMap(({ positions }) => positions);
  const rest = others(taken, names.length);
  const branches = [...placed.map(({ node, positions }) => branch(node, positions)), ...passed(rest)];
  const order = new Array<number>(names.length);
  [...taken, ...rest].forEach((position, k) => (order[position] = k));
  const evaluator = after(table, parallel(OWNER, names.length, branches, names));
  const sorted = order.every((position, k) => position === k);
  return {
    evaluator: sorted ? evaluator : chain(evaluator, select(order, names)),
    names: renamed(names, placed),
  };
}

function renamed(names: readonly string[], placed: readonly Placed[]): readonly string[] {
  if (placed.every(({ node }) => node.names === undefined)) return names;
  const all = [...names];
  for (const { node, positions } of placed) node.names?.forEach((name, k) => (all[positions[k]] = name));
  return all;
}

function after({ evaluator }: Between, next: Evaluator): Evaluator {
  return joined(evaluator, next);
}

function branch({ name, part }: Node, columns: readonly number[]): Branch {
  return { name, evaluator: part.evaluator, columns, weight: 1 };
}

function passed(columns: readonly number[]): Branch[] {
  return columns.length === 0
    ? []
    : [{ name: 'others', evaluator: identity(columns.length), columns, weight: 1 }];
}

function select(columns: readonly number[], names: readonly string[]): Evaluator {
  return parallel(OWNER, names.length, passed(columns), names);
}

function others(taken: readonly number[], count: number): number[] {
  const gone = new Set(taken);
  return Array.from({ length: count }, (_, j) => j).filter((j) => !gone.has(j));
}

/** Names of a step's outputs; made up where nothing tells them. */
function namesAfter({ name, part, names }: Node, given: readonly string[]): readonly string[] {
  const width = outputWidth(part.evaluator);
  if (names !== undefined && width >= 0 && names.length !== width) {
    throw new ModelFileError(`${name} gives ${width} columns; modelgate.yaml names ${names.length}`);
  }
  const known = names ?? outputNames(part, given);
  if (known !== undefined) return known;
  return width < 0 ? given : Array.from({ length: width }, (_, k) => `${name}_${k}`);
}
