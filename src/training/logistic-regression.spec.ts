import { describe, expect, it } from 'vitest';
import { tensorflow } from '../formats/tfjs/backend.js';
import { fitLogisticRegression } from './logistic-regression.js';

/**
 * Gradient of scikit-learn's objective (C = 1) for a fitted model, the intercept's last. It is zero only at
 * the optimum.
 */
function gradient(
  x: Float64Array,
  y: Uint8Array,
  columns: number,
  coef: Float64Array,
  intercept: number,
): number[] {
  const g = [...coef, 0];
  y.forEach((label, row) => {
    const values = x.subarray(row * columns, (row + 1) * columns);
    const z = values.reduce((sum, v, j) => sum + v * coef[j], intercept);
    const residual = 1 / (1 + Math.exp(-z)) - label;
    values.forEach((v, j) => (g[j] += residual * v));
    g[columns] += residual;
  });
  return g;
}

describe('fitLogisticRegression', () => {
  // Different scales, and labels that are not linearly separable.
  const rows = 60;
  const base = Array.from({ length: rows }, (_, i) => [Math.sin(i * 7.1), 1000 + 300 * Math.cos(i * 3.3)]);
  const y = Uint8Array.from(base, ([a, b], i) => (a + (b - 1000) / 400 + Math.sin(i * 1.7) > 0.2 ? 1 : 0));

  it.each([
    ['columns of different scales', base],
    ['a constant column', base.map(([a, b]) => [a, 5, b])],
    ['two equal columns', base.map(([a, b]) => [b, a, b])],
    ['a tiny and a huge column', base.map(([a, b]) => [a * 1e-4, b * 1e6])],
  ])('finds the optimum with %s', async (_, table) => {
    const columns = table[0].length;
    const x = Float64Array.from(table.flat());
    const { tf } = await tensorflow();
    const before = tf.memory().numTensors;
    const { coef, intercept } = fitLogisticRegression({ tf }, { x, y, columns });
    expect(tf.memory().numTensors).toBe(before);
    gradient(x, y, columns, coef, intercept).forEach((g, j) => {
      const scale = j < columns ? Math.max(...table.map((row) => Math.abs(row[j]))) : 1;
      expect(Math.abs(g / scale / rows)).toBeLessThan(1e-8);
    });
  });

  it('converges on separable data, where the penalty keeps it finite', async () => {
    const x = Float64Array.of(-2, -1, 1, 2);
    const { coef, intercept } = fitLogisticRegression(await tensorflow(), {
      x,
      y: Uint8Array.of(0, 0, 1, 1),
      columns: 1,
    });
    expect(gradient(x, Uint8Array.of(0, 0, 1, 1), 1, coef, intercept)).toEqual([
      expect.closeTo(0, 9),
      expect.closeTo(0, 9),
    ]);
    expect(intercept).toBeCloseTo(0, 9);
  });

  it.each([1e300, 1e-160])('rejects columns of a size like %d', async (size) => {
    const x = Float64Array.of(-size, size, -size, size);
    const library = await tensorflow();
    expect(() => fitLogisticRegression(library, { x, y: Uint8Array.of(0, 0, 1, 1), columns: 1 })).toThrow(
      'the numbers of a column are too large, or too close together, to fit a model',
    );
  });
});
