import { describe, expect, it } from 'vitest';
import { FlatTrees } from './flat-trees.js';
import { Forest, type ForestInput } from './forest.js';
import { atCell } from '../../../test/support/input-errors.js';

interface Options {
  readonly missingLeft?: number;
  readonly categories?: readonly number[];
}

/** A tree of one split on feature 0: 1 on the left, 10 on the right. */
function stump(threshold: number, { missingLeft = 0, categories }: Options = {}): FlatTrees {
  const set = new Uint32Array(8);
  for (const category of categories ?? []) set[category >> 5] |= 1 << (category & 31);
  const trees = new FlatTrees([3], 1, 1);
  trees.add({
    size: 3,
    isLeaf: (node) => node > 0,
    left: [1, -1, -1],
    right: [2, -1, -1],
    feature: [0, 0, 0],
    threshold: [threshold, 0, 0],
    missingLeft: [missingLeft, 0, 0],
    categories: () => (categories === undefined ? undefined : set),
    writeLeaf: (node, _depth, out, at) => (out[at] = node === 1 ? 1 : 10),
  });
  return trees;
}

/**
 * Splits at 0, 1, 2, …, each the right child of the previous one. An integer's leaf has the value min(integer, depth).
 */
function chain(depth: number): FlatTrees {
  const trees = new FlatTrees([2 * depth + 1], 1, 1);
  const splits = Array.from({ length: depth }, (_, i) => i);
  trees.add({
    size: 2 * depth + 1,
    isLeaf: (node) => node >= depth,
    left: splits.map((i) => depth + i),
    right: splits.map((i) => (i + 1 < depth ? i + 1 : 2 * depth)),
    feature: splits.map(() => 0),
    threshold: splits,
    writeLeaf: (node, _depth, out, at) => (out[at] = node - depth),
  });
  return trees;
}

const INPUT: ForestInput = { nFeatures: 1, precision: 'float32', acceptsMissing: true };

function answers(trees: FlatTrees, values: readonly number[], input: Partial<ForestInput> = {}): number[] {
  const out = new Float64Array(values.length);
  new Forest(trees, { ...INPUT, ...input }).addTo(Float64Array.from(values), values.length, out, 1);
  return [...out];
}

describe('Forest', () => {
  it('compares in float32 or float64, according to its precision', () => {
    const justAbove = 0.5 + 1e-12;
    expect(answers(stump(0.5), [0.5, justAbove, 0.51])).toEqual([1, 1, 10]);
    expect(answers(stump(0.5), [0.5, justAbove, 0.51], { precision: 'float64' })).toEqual([1, 10, 10]);
  });

  it('gives every row its own value, over several blocks and a partial one', () => {
    const values = Array.from({ length: 9003 }, (_, i) => (i * 7) % 11);
    expect(answers(stump(5), values)).toEqual(values.map((value) => (value <= 5 ? 1 : 10)));
  });

  it.each([0, 1, 2, 3, 4, 9])('finds the leaf in an unbalanced tree of depth %i', (depth) => {
    const values = Array.from({ length: 1003 }, (_, i) => i % 13);
    expect(answers(chain(depth), values)).toEqual(values.map((value) => Math.min(value, depth)));
  });

  it.each([
    [0, 10],
    [1, 1],
  ])('sends a missing value to the side that the split sets (%i)', (missingLeft, expected) => {
    expect(answers(stump(0.5, { missingLeft }), [NaN, 0, 1, NaN, 0])).toEqual([expected, 1, 10, expected, 1]);
  });

  it('sends the categories of a set left, and treats negative values as missing', () => {
    const values = [2, 3, 40, 255, NaN, -1];
    expect(answers(stump(0, { categories: [2, 40, 255] }), values)).toEqual([1, 10, 1, 1, 10, 10]);
    expect(answers(stump(0, { categories: [2], missingLeft: 1 }), values)).toEqual([1, 10, 10, 10, 1, 1]);
  });

  it('accepts infinity in float64, and rejects it in float32, naming the cell', () => {
    expect(answers(stump(0), [-Infinity, Infinity, 1], { precision: 'float64' })).toEqual([1, 10, 10]);
    expect(() => answers(stump(0), [0, 1e39])).toThrow(atCell(1, 0, 'is too large for the model (float32)'));
  });

  it('rejects missing values if the model does not accept them', () => {
    const values = Array.from({ length: 5000 }, (_, i) => (i === 4321 ? NaN : 0));
    expect(() => answers(stump(0), values, { acceptsMissing: false })).toThrow(
      atCell(4321, 0, 'is missing, which the model does not accept'),
    );
  });

  it('adds the trees to the columns in turn', () => {
    const trees = new FlatTrees([1, 1, 1, 1], 1, 1);
    for (const value of [1, 2, 4, 8]) {
      trees.add({
        size: 1,
        isLeaf: () => true,
        left: [-1],
        right: [-1],
        feature: [-2],
        threshold: [-2],
        writeLeaf: (_node, _depth, out, at) => (out[at] = value),
      });
    }
    const out = Float64Array.of(100, 0);
    new Forest(trees, INPUT).addTo(Float64Array.of(0), 1, out, 2);
    expect(out).toEqual(Float64Array.of(105, 10));
  });
});
