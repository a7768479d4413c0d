import { describe, expect, it } from 'vitest';
import { table } from '../../../test/support/sklearn.js';
import * as numeric from './numeric.js';
import { atCell } from '../../../test/support/input-errors.js';

describe('expit and its logarithm', () => {
  it('stay finite for large arguments', () => {
    expect([-1000, -710, 0, 1000].map(numeric.expit)).toEqual([0, 0, 0.5, 1]);
    expect(numeric.logExpit(-1000)).toBe(-1000);
    expect(numeric.logExpit(1000)).toBe(-0);
    expect(numeric.logExpit(0)).toBeCloseTo(-Math.LN2, 15);
  });
});

describe('rows', () => {
  it('argmax returns the first of equal values, within the row', () => {
    expect(numeric.argmax(Float64Array.of(9, 1, 3, 3, 8), 1, 3)).toBe(1);
    expect(numeric.maximum(Float64Array.of(9, 1, 3, 3, 8), 1, 3)).toBe(3);
  });

  it('logSumExp and softmax do not overflow', () => {
    expect(numeric.logSumExp(Float64Array.of(1000, 1000), 0, 2)).toBe(1000 + Math.LN2);
    expect(numeric.logSumExp(Float64Array.of(-Infinity, -Infinity), 0, 2)).toBe(-Infinity);
    const row = Float64Array.of(7, 1000, 1000, 7);
    numeric.softmax(row, 1, 2);
    expect(row).toEqual(Float64Array.of(7, 0.5, 0.5, 7));
  });

  it('normalise keeps a row of zeros, or fills it', () => {
    const row = Float64Array.of(1, 3, 0, 0);
    numeric.normalise(row, 0, 2);
    numeric.normalise(row, 2, 2);
    expect(row).toEqual(Float64Array.of(0.25, 0.75, 0, 0));
    numeric.normalise(row, 2, 2, 0.5);
    expect(row).toEqual(Float64Array.of(0.25, 0.75, 0.5, 0.5));
  });

  it('pairwiseSum adds in eight lanes, as numpy does', () => {
    // In eight lanes, six of the ones are added before they meet 2^53. Added one by one, each would be lost.
    const big = 2 ** 53;
    const row = Float64Array.of(big, 1, 1, 1, 1, 1, 1, 1, -big);
    expect(numeric.pairwiseSum(row, 0, 9)).toBe(6);
    expect(row.reduce((sum, value) => sum + value, 0)).toBe(0);
    expect(numeric.pairwiseSum(Float64Array.from({ length: 300 }, (_, k) => k), 0, 300)).toBe(44850); // prettier-ignore
    expect(numeric.pairwiseSum(Float64Array.of(5, 1, 2), 1, 2)).toBe(3);
  });
});

describe('affine', () => {
  const weights = { rows: 2, columns: 2, data: Float64Array.of(1, 2, 3, 4) };

  it('adds one bias to all outputs, or one per output', () => {
    const x = Float64Array.of(1, 1, 0, 1);
    expect(numeric.affine(x, 2, weights, Float64Array.of(10)).data).toEqual(Float64Array.of(13, 17, 12, 14));
    expect(numeric.affine(x, 2, weights, Float64Array.of(0, 1)).data).toEqual(Float64Array.of(3, 8, 2, 5));
  });
});

describe('labels', () => {
  it('are a Float64Array if all classes are numbers, else a list', () => {
    const positions = Int32Array.of(1, 0);
    expect(numeric.takeLabels([3, 7], positions)).toEqual(Float64Array.of(7, 3));
    expect(numeric.takeLabels([false, true], positions)).toEqual([true, false]);
  });

  it('of a binary score depend on the threshold, which belongs to the first class', () => {
    const scores = { rows: 3, columns: 1, data: Float64Array.of(-1, 0, 1) };
    expect(numeric.labelPrediction(scores, ['no', 'yes']).data).toEqual(['no', 'no', 'yes']);
  });
});

describe('numbersOf', () => {
  it('names the first text where numbers are expected', () => {
    expect(() => numeric.numbersOf(table([1, null], [2, 'red']), 2)).toThrow(
      atCell(1, 1, 'is "red", where a number is expected'),
    );
    expect(() => numeric.numbersOf(table([1]), 2)).toThrow('1 features were given; the model takes 2');
  });
});
