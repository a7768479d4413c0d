import { RandomState } from './random-state.js';

/** Row numbers for fitting and for evaluation. */
export interface Split {
  readonly train: Int32Array;
  readonly test: Int32Array;
}

/**
 * The rows that scikit-learn's `train_test_split(test_size, random_state)` selects, in its order: the first
 * ⌈testSize · n⌉ of a permutation are held out.
 * @param testSize the share of held-out rows, between 0 and 1
 */
export function trainTestSplit(rows: number, testSize: number, randomState: number): Split {
  const held = Math.ceil(testSize * rows);
  const order = new RandomState(randomState).permutation(rows);
  return { test: order.slice(0, held), train: order.slice(held) };
}
