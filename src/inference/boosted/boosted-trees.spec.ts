import { describe, expect, it } from 'vitest';
import type { BoostedTree, CategorySplit, MissingRule } from './boosted-tree.js';
import { BoostedTrees } from './boosted-trees.js';

interface Node {
  readonly feature?: number;
  readonly threshold?: number;
  readonly missing?: MissingRule;
  readonly categories?: CategorySplit;
  readonly left?: Node;
  readonly right?: Node;
  readonly values?: readonly number[];
}

/** Pseudo-random numbers from 0 to 1, the same in each run. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

function sourceOf(root: Node, width: number): BoostedTree {
  const nodes: Node[] = [root];
  const left: number[] = [];
  const right: number[] = [];
  for (let k = 0; k < nodes.length; k++) {
    left[k] = nodes[k].left ? nodes.push(nodes[k].left!) - 1 : -1;
    right[k] = nodes[k].right ? nodes.push(nodes[k].right!) - 1 : -1;
  }
  const hasCategories = nodes.some(({ categories }) => categories);
  return {
    size: nodes.length,
    isLeaf: (node) => nodes[node].values !== undefined,
    left,
    right,
    feature: nodes.map(({ feature = 0 }) => feature),
    threshold: (node) => nodes[node].threshold ?? NaN,
    missing: (node) => nodes[node].missing ?? 'left',
    ...(hasCategories && { categories: (node: number) => nodes[node].categories }),
    writeLeaf: (node, out, at) => {
      for (let k = 0; k < width; k++) out[at + k] = nodes[node].values![k];
    },
  };
}

/** A simple evaluation for comparison, one row at a time. */
function leafOf(node: Node, row: readonly number[]): readonly number[] {
  if (node.values) return node.values;
  const { missing, categories } = node;
  let value = row[node.feature!];
  if (missing === 'as-zero' && Number.isNaN(value)) value = 0;
  const zero = missing === 'zero-left' || missing === 'zero-right' ? Math.abs(value) <= 1e-35 : false;
  let right: boolean;
  if (Number.isNaN(value) || zero) right = missing === 'right' || missing === 'zero-right';
  else if (categories) {
    const category = Math.trunc(value);
    const outside = value < 0 || category >= 32 * categories.words.length;
    const member = !outside && ((categories.words[category >>> 5] >>> (category & 31)) & 1) === 1;
    right = outside ? categories.outsideRight : member === categories.membersRight;
  } else right = value > node.threshold!;
  return leafOf(right ? node.right! : node.left!, row);
}

const RULES: readonly MissingRule[] = ['left', 'right', 'zero-left', 'zero-right', 'as-zero'];

function randomTree(next: () => number, depth: number, width: number, categorical: boolean): Node {
  if (depth === 0 || next() < 0.15) return { values: Array.from({ length: width }, () => next() - 0.5) };
  const left = randomTree(next, depth - 1, width, categorical);
  const right = randomTree(next, depth - 1, width, categorical);
  const feature = Math.floor(next() * 4);
  const missing = RULES[Math.floor(next() * RULES.length)];
  if (!categorical || next() < 0.5)
    return { feature, threshold: Math.round(next() * 10 - 5), missing, left, right };
  const words = Array.from({ length: 1 + Math.floor(next() * 2) }, () => Math.floor(next() * 2 ** 32));
  const categories = { words, membersRight: true, outsideRight: next() < 0.5, truncatesNegative: false };
  return { feature, categories, missing, left, right };
}

function randomRows(next: () => number, count: number): number[][] {
  const value = (): number =>
    next() < 0.2 ? NaN : next() < 0.2 ? 0 : Math.round(next() * 100 - 20) / (next() < 0.5 ? 10 : 1);
  return Array.from({ length: count }, () => Array.from({ length: 4 }, value));
}

/** A tree that is a chain of right children. */
function chain(depth: number): Node {
  let node: Node = { values: [1] };
  for (let k = depth; k > 0; k--) node = { feature: 0, threshold: k, left: { values: [k] }, right: node };
  return node;
}

describe('boosted trees', () => {
  it.each([
    ['shallow', 4, 1, false],
    ['deep', 14, 1, false],
    ['of several values a leaf', 6, 3, false],
    ['with splits on categories', 5, 1, true],
  ] as const)('%s give the values of the simple evaluation', (_, depth, width, categorical) => {
    const next = randomFrom(7);
    const nodes = Array.from({ length: 20 }, () => randomTree(next, depth, width, categorical));
    const columns = width === 1 ? 2 : width;
    const trees = new BoostedTrees(4, width, 'float64');
    nodes.forEach((node, t) => trees.add(sourceOf(node, width), width === 1 ? t % 2 : 0));
    const rows = randomRows(next, 333);
    const out = new Float64Array(rows.length * columns);
    trees.addTo(Float64Array.from(rows.flat()), rows.length, out, columns);
    const expected = rows.flatMap((row) => {
      const sums = new Float64Array(columns);
      nodes.forEach((node, t) =>
        leafOf(node, row).forEach((value, k) => (sums[(width === 1 ? t % 2 : 0) + k] += value)),
      );
      return [...sums];
    });
    expect([...out]).toEqual(expected);
  });

  it('evaluate a chain that is as deep as it has nodes', () => {
    const trees = new BoostedTrees(1, 1, 'float64');
    trees.add(sourceOf(chain(3000), 1), 0);
    const out = new Float64Array(3);
    trees.addTo(Float64Array.of(0, 1500, 1e9), 3, out, 1);
    expect([...out]).toEqual([1, 1500, 1]);
  });

  it('round values and each sum to float32 if the precision is float32', () => {
    const trees = new BoostedTrees(1, 1, 'float32');
    const tenth = Math.fround(0.1);
    for (let t = 0; t < 10; t++)
      trees.add(
        sourceOf({ feature: 0, threshold: tenth, left: { values: [tenth] }, right: { values: [9] } }, 1),
        0,
      );
    const out = new Float32Array(1);
    trees.addTo(Float64Array.of(0.1), 1, out, 1);
    expect(out[0]).toBe(1.0000001192092896);
  });

  it('add nothing for a forest without trees, and one value for a tree without splits', () => {
    const trees = new BoostedTrees(2, 1, 'float64');
    const out = new Float64Array(2);
    trees.addTo(new Float64Array(4), 2, out, 1);
    expect([...out]).toEqual([0, 0]);
    trees.add(sourceOf({ values: [3] }, 1), 0);
    trees.addTo(new Float64Array(4), 2, out, 1);
    expect([...out]).toEqual([3, 3]);
  });

  it.each([
    [
      'a child out of range',
      [1, -1],
      [5, -1],
      'damaged model: node 0 has the child 5, but the tree has 2 nodes',
    ],
    [
      'a child that is no number',
      [NaN, -1],
      [1, -1],
      'damaged model: node 0 has the child NaN, but the tree has 2 nodes',
    ],
    ['a cycle', [1, 0, -1], [2, 2, -1], 'damaged model: node 0 has two parents or is its own ancestor'],
    [
      'two parents',
      [1, 2, -1, -1],
      [2, 3, -1, -1],
      'damaged model: node 2 has two parents or is its own ancestor',
    ],
  ])('reject %s', (_, left, right, message) => {
    const tree: BoostedTree = {
      ...sourceOf({ values: [1] }, 1),
      size: left.length,
      isLeaf: (node) => left[node] === -1,
      left,
      right,
      feature: left.map(() => 0),
      threshold: () => 0,
    };
    expect(() => new BoostedTrees(1, 1, 'float64').add(tree, 0)).toThrow(message);
  });

  it('reject a split on an unknown feature, a threshold that is not a number, and an infinite leaf', () => {
    const add = (node: Node) => (): void => new BoostedTrees(2, 1, 'float64').add(sourceOf(node, 1), 0);
    const leaves = { left: { values: [1] }, right: { values: [2] } };
    expect(add({ feature: 2, threshold: 0, ...leaves })).toThrow(
      'damaged model: node 0 splits on feature 2, but the model has 2',
    );
    expect(add({ feature: 0, threshold: NaN, ...leaves })).toThrow(
      'a split has a threshold that is not a number',
    );
    expect(add({ values: [Infinity] })).toThrow('a leaf has a value that is not finite');
  });
});
