import { describe, expect, it } from 'vitest';
import { estimator, evaluatorOf, floats, table, transformed } from '../../../../test/support/sklearn.js';

describe('KMeans', () => {
  const model = evaluatorOf('KMeans', { cluster_centers_: floats([[0, 0], [3, 4], [3, 4]]) }); // prettier-ignore

  it('predicts the nearest center, the first of equals, and transforms to distances', () => {
    expect(model.predict!(table([1, 1], [3, 3])).data).toEqual(Float64Array.of(0, 1));
    expect(transformed(model, [0, 0], [3, 0])).toEqual([
      [0, 5, 5],
      [3, 4, 4],
    ]);
  });
});

describe('BisectingKMeans', () => {
  const leaf = (center: number, label: number) =>
    estimator('_BisectingTree', { center: floats([center]), label, left: null, right: null });
  const branch = (center: number, left: unknown, right: unknown) =>
    estimator('_BisectingTree', {
      center: floats([center]),
      label: null,
      left: left as never,
      right: right as never,
    });

  it('goes down the tree of splits, in centers before the mean was taken off', () => {
    const tree = branch(0, branch(-4, leaf(-5, 1), leaf(0, 2)), leaf(1, 0));
    const model = evaluatorOf('BisectingKMeans', {
      cluster_centers_: floats([[11], [5], [10]]), // prettier-ignore
      _X_mean: floats([10]),
      _bisecting_tree: tree,
    });
    // 9.6 - 10 is nearer to 1 than to -4, though the center at 10 is the nearest of all.
    expect(model.predict!(table([9.6], [8], [6])).data).toEqual(Float64Array.of(0, 2, 1));
  });
});
