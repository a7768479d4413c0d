import { describe, expect, it } from 'vitest';
import { narrowToHalf, widenHalf } from './half.js';

describe('binary16', () => {
  it('is unchanged by a conversion to float32 and back, for all 65,536 patterns except the payload of NaN', () => {
    const changed: number[] = [];
    for (let bits = 0; bits < 0x10000; bits++) {
      const value = widenHalf(bits);
      if (
        Number.isNaN(value) ? !Number.isNaN(widenHalf(narrowToHalf(value))) : narrowToHalf(value) !== bits
      ) {
        changed.push(bits);
      }
    }
    expect(changed).toEqual([]);
  });

  it.each([
    [0x3c00, 1],
    [0xc000, -2],
    [0x7bff, 65504],
    [0x0001, 2 ** -24],
    [0x03ff, 1023 * 2 ** -24],
    [0x0400, 2 ** -14],
    [0x7c00, Infinity],
    [0x3555, 0.333251953125],
  ])('0x%s is %d', (bits, value) => {
    expect(widenHalf(bits)).toBe(value);
    expect(narrowToHalf(value)).toBe(bits);
  });

  it.each([
    ['ties to even, down', 1 + 2 ** -11, 0x3c00],
    ['ties to even, up', 1 + 3 * 2 ** -11, 0x3c02],
    ['above a tie', 1 + 2 ** -11 + 2 ** -20, 0x3c01],
    ['carries into the exponent', 1.9999, 0x4000],
    ['carries from subnormal to normal', 1023.75 * 2 ** -24, 0x0400],
    ['largest before infinity', 65519, 0x7bff],
    ['half-way to infinity', 65520, 0x7c00],
    ['half the smallest', 2 ** -25, 0x0000],
    ['negative zero', -0, 0x8000],
  ])('rounds: %s', (_what, value, bits) => {
    expect(narrowToHalf(value)).toBe(bits);
  });
});
