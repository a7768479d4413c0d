import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { RandomState } from './random-state.js';
import { trainTestSplit } from './split.js';

const reference = JSON.parse(readFileSync('test/fixtures/tfjs/pima-reference.json', 'utf8')) as {
  train_rows: number[];
  test_rows: number[];
};

describe('RandomState', () => {
  // np.random.RandomState(seed).permutation(n)
  it.each([
    [0, 10, [2, 8, 4, 9, 1, 6, 7, 3, 0, 5]],
    [42, 10, [8, 1, 5, 0, 7, 2, 9, 4, 3, 6]],
    [7, 1, [0]],
    [4294967295, 5, [4, 1, 0, 2, 3]],
  ])('with seed %i permutes %i numbers like numpy', (seed, n, expected) => {
    expect([...new RandomState(seed).permutation(n)]).toEqual(expected);
  });
});

describe('trainTestSplit', () => {
  it('selects the rows of train_test_split(test_size=0.33, random_state=7), in its order', () => {
    const { train, test } = trainTestSplit(768, 0.33, 7);
    expect([...train]).toEqual(reference.train_rows);
    expect([...test]).toEqual(reference.test_rows);
  });
});
