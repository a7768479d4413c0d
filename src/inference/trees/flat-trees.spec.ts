import { describe, expect, it } from 'vitest';
import { FlatTrees, type TreeSource } from './flat-trees.js';

/** A tree with these children and features, in which each leaf's value is its number. */
function source(left: number[], right: number[], feature: number[] = left.map(() => 0)): TreeSource {
  return {
    size: left.length,
    isLeaf: (node) => left[node] < 0,
    left,
    right,
    feature,
    threshold: left.map(() => 0.5),
    writeLeaf: (node, depth, out, at) => (out[at] = node + depth / 10),
  };
}

const added = (tree: TreeSource, nFeatures = 1) => {
  const trees = new FlatTrees([tree.size], 1, nFeatures);
  trees.add(tree);
  return trees;
};

describe('FlatTrees', () => {
  it('stores siblings next to each other, and makes leaves their own children', () => {
    const trees = added(source([1, -1, 3, -1, -1], [2, -1, 4, -1, -1]));
    expect(trees.left).toEqual(Int32Array.of(1, 1, 3, 3, 4));
    expect(trees.threshold).toEqual(Float64Array.of(0.5, Infinity, 0.5, Infinity, Infinity));
    expect([1, 3, 4].map((node) => trees.values[trees.leaf[node]])).toEqual([1.1, 3.2, 4.2]);
  });

  it('appends further trees, with nodes in any order', () => {
    const trees = new FlatTrees([3, 3], 1, 1);
    trees.add(source([1, -1, -1], [2, -1, -1]));
    trees.add(source([2, -1, -1], [1, -1, -1]));
    expect(trees.roots).toEqual([0, 3]);
    expect(trees.values).toEqual(Float64Array.of(1.1, 2.1, 2.1, 1.1));
  });

  it.each([
    ['no nodes', source([], []), 'a decision tree has no nodes'],
    ['a cycle', source([1, 0], [1, 1]), 'node 0 of a decision tree has the child 1: not a tree'],
    [
      'a node that leads to itself',
      source([0], [0]),
      'node 0 of a decision tree has the child 0: not a tree',
    ],
    [
      'a child beyond the end',
      source([1, -1], [2, -1]),
      'node 0 of a decision tree has the child 2: not a tree',
    ],
    [
      'a right child that is none',
      source([1, -1], [-1, -1]),
      'node 0 of a decision tree has the child -1: not a tree',
    ],
    ['half a child', source([0.5, -1], [1, -1]), 'node 0 of a decision tree has the child 0.5: not a tree'],
    [
      'an unknown feature',
      source([1, -1, -1], [2, -1, -1], [1]),
      'node 0 of a decision tree splits on feature 1, of 1',
    ],
    [
      'a negative feature',
      source([1, -1, -1], [2, -1, -1], [-2]),
      'node 0 of a decision tree splits on feature -2, of 1',
    ],
  ])('rejects %s', (_, tree, message) => {
    expect(() => added(tree)).toThrow(message);
  });

  it('rejects a leaf whose value is not a number', () => {
    const tree: TreeSource = {
      ...source([-1], [-1]),
      writeLeaf: (_node, _depth, out, at) => (out[at] = NaN),
    };
    expect(() => added(tree)).toThrow('node 0 of a decision tree has a value that is not finite');
  });
});
