import { expect, it } from 'vitest';
import { mean, median, ranked } from './order.js';

it('adds pairwise, as numpy.mean does', () => {
  // numpy.mean of the same; adding one after the other gives 6.671601343936822.
  const roots = Float64Array.from({ length: 1000 }, (_, k) => Math.sqrt((k + 1) * 0.1));
  expect(mean(roots)).toBe(6.671601343936818);
  expect(mean(Float64Array.of(1, 2, 4))).toBe(7 / 3);
});

it('median returns the middle value', () => {
  expect(median(Float64Array.of(5, 1, 3))).toBe(3);
  expect(median(Float64Array.of(5, 1, 3, 4))).toBe(3.5);
});

it('ranks equal values in their original order', () => {
  expect(ranked(Float64Array.of(2, 1, 2, 1))).toEqual([1, 3, 0, 2]);
});
