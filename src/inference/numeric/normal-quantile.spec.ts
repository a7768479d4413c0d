import { expect, it } from 'vitest';
import { normalQuantile } from './normal-quantile.js';

it.each([
  [1e-300, -37.0470962993612],
  [1e-20, -9.262340089798409],
  [1e-7, -5.1993375821928165],
  [0.02425, -1.972961051311885],
  [0.075, -1.4395314709384563],
  [0.5, 0],
  [0.6, 0.2533471031357997],
  [0.999, 3.090232306167813],
])('the quantile at %d is that of scipy.stats.norm.ppf', (p, x) => {
  expect(Math.abs(normalQuantile(p) - x)).toBeLessThanOrEqual(1e-14 * Math.abs(x));
});

it('is infinite at the ends and not a number outside', () => {
  expect([0, 1, -0.1, 1.1, NaN].map(normalQuantile)).toEqual([-Infinity, Infinity, NaN, NaN, NaN]);
});
