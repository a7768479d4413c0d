/** Which columns each step of a chain takes, told by names and counts from the last step back to the first. */
import { ModelFileError } from '../../inference/model.js';
import type { TabularPart } from '../part.js';
import { outputNames, outputWidth } from './output-columns.js';

/** A step, as far as its columns matter. */
export interface Node {
  /** The file or entry, for messages. */
  readonly name: string;
  readonly part: TabularPart;
  /** Columns that a recipe names, by name or position. */
  readonly columns?: readonly (string | number)[];
  /** Names of its outputs, from a recipe. */
  readonly names?: readonly string[];
}

/** The columns that a step needs: by name, or so many (-1 where any number will do). */
interface Need {
  readonly names?: readonly string[];
  readonly count: number;
}

/**
 * The input columns of a chain: names, or only how many (-1 where that is not known either).
 * @param last the columns of the step behind all nodes
 * @throws ModelFileError where a step does not fit the one behind it
 */
export function inputColumns(nodes: readonly Node[], last: Need & { readonly name: string }): Need {
  let need: Need = last;
  let after = last.name;
  for (const node of [...nodes].reverse()) {
    need = before(node, need, after);
    after = node.name;
  }
  return need;
}

/** What a step needs by itself. */
export function needOf({ part, columns }: Pick<Node, 'part' | 'columns'>): Need {
  const named = columns?.every((column) => typeof column === 'string') ? (columns as string[]) : part.names;
  return { ...(named && { names: named }), count: part.evaluator.nFeatures };
}

function before(node: Node, need: Need, after: string): Need {
  const takes = node.part.evaluator.nFeatures;
  const gives = outputWidth(node.part.evaluator);
  if (node.columns?.some((column) => typeof column === 'number')) {
    if (takes === gives) return need;
    return { count: need.count < 0 ? -1 : need.count - gives + node.columns.length };
  }
  const all = gives < 0 || need.count < 0 || gives === need.count;
  const { names } = needOf(node);
  if (names === undefined) {
    if (!all) throw misfit(node, gives, need, after);
    return takes === gives || takes < 0 ? need : { count: takes };
  }
  if (need.names !== undefined) {
    if (gives === names.length && includesAll(need.names, names)) return need;
    const given = node.names ?? outputNames(node.part, names);
    if (given !== undefined && includesAll(need.names, given)) return replaced(need.names, given, names);
  }
  if (!all) throw misfit(node, gives, need, after);
  return { names, count: names.length };
}

/** `names` stand where the first of `given` stood. */
function replaced(all: readonly string[], given: readonly string[], names: readonly string[]): Need {
  const gone = new Set(given);
  const at = all.findIndex((name) => gone.has(name));
  const rest = all.filter((name) => !gone.has(name));
  const kept = all.slice(0, at).filter((name) => !gone.has(name)).length;
  const result = [...rest.slice(0, kept), ...names, ...rest.slice(kept)];
  return { names: result, count: result.length };
}

function includesAll(all: readonly string[], some: readonly string[]): boolean {
  const known = new Set(all);
  return some.every((name) => known.has(name));
}

function misfit({ name, part }: Node, gives: number, need: Need, after: string): ModelFileError {
  return new ModelFileError(
    `${name} (${part.title}) gives ${gives} columns and ${after} takes ${need.count}; ` +
      `list the input columns and those of each step in modelgate.yaml (docs/chains.md)`,
  );
}

/**
 * Positions among `names` of the columns that a step takes; undefined for all of them, in order.
 * @throws ModelFileError where they are not there
 */
export function positionsOf(node: Node, names: readonly string[]): number[] | undefined {
  const { columns, part } = node;
  const at = indexOf(names);
  if (columns !== undefined) {
    return checked(
      node,
      columns.map((column) => positionOf(node, column, at, names.length)),
      names.length,
    );
  }
  const own = part.names?.map((name) => at.get(name));
  if (own !== undefined && own.every((position) => position !== undefined))
    return checked(node, own, names.length);
  const takes = part.evaluator.nFeatures;
  if (takes < 0 || takes === names.length) return undefined;
  throw new ModelFileError(
    `${node.name} (${part.title}) takes ${takes} columns, and ${names.length} arrive there; ` +
      `list the input columns and those of each step in modelgate.yaml (docs/chains.md)`,
  );
}

const indexes = new WeakMap<readonly string[], ReadonlyMap<string, number>>();

/** Positions by name, made once for each list. */
function indexOf(names: readonly string[]): ReadonlyMap<string, number> {
  let index = indexes.get(names);
  if (index === undefined) {
    index = new Map(names.map((name, j) => [name, j]));
    indexes.set(names, index);
  }
  return index;
}

function checked(node: Node, positions: number[], count: number): number[] | undefined {
  const takes = node.part.evaluator.nFeatures;
  if (takes >= 0 && takes !== positions.length)
    throw new ModelFileError(`${node.name} takes ${takes} columns; modelgate.yaml names ${positions.length}`);
  if (new Set(positions).size !== positions.length)
    throw new ModelFileError(`${node.name}: a column is named twice in modelgate.yaml`);
  return positions.length === count && positions.every((position, j) => position === j)
    ? undefined
    : positions;
}

function positionOf(
  node: Node,
  column: string | number,
  at: ReadonlyMap<string, number>,
  count: number,
): number {
  const position = typeof column === 'number' ? column : at.get(column);
  if (position !== undefined && position < count) return position;
  const known = [...at.keys()].slice(0, 20).join(', ');
  throw new ModelFileError(
    `${node.name}: there is no column ${JSON.stringify(column)}; columns there: ${known}`,
  );
}
