import { describe, expect, it } from 'vitest';
import { exp } from './exponential.js';

/** The relative difference to `Math.exp`. */
const errorAt = (x: number): number => Math.abs(exp(x) / Math.exp(x) - 1);

describe('exp', () => {
  it('is the exponential function to within two units in the last place', () => {
    let largest = 0;
    for (let i = -70_799; i <= 70_799; i++) largest = Math.max(largest, errorAt(i / 100), errorAt(i / 1e7));
    expect(largest).toBeLessThanOrEqual(2 * Number.EPSILON);
  });

  it.each([0, -0, 708, -708, 709.7, 709.8, -745, -746, Infinity, -Infinity, NaN])('is exact at %d', (x) => {
    expect(exp(x)).toBe(Math.exp(x));
  });

  it('is 1 + x next to zero', () => {
    for (const x of [5e-324, -5e-324, 1e-300, 2 ** -53, -(2 ** -54)]) expect(exp(x)).toBe(1 + x);
  });
});
