import { describe, expect, it } from 'vitest';
import { dict, evaluatorOf, floats, objects, table } from '../../../../test/support/sklearn.js';
import { PyFunction } from '../../pickle/values.js';
import { booleanMetric } from '../../../inference/neighbors/boolean-metrics.js';
import { NeighborHeap } from '../../../inference/neighbors/heap.js';
import { inverse } from '../../../inference/numeric/inverse.js';
import type { Metric } from '../../../inference/neighbors/metric.js';
import { partition } from '../../../inference/neighbors/partition.js';
import * as real from '../../../inference/neighbors/real-metrics.js';
import { atRow } from '../../../../test/support/input-errors.js';

const fitted = {
  _fit_method: 'brute',
  _fit_X: floats([[0], [1], [3], [6]]), // prettier-ignore
  effective_metric_: 'euclidean',
  effective_metric_params_: dict({}),
  n_neighbors: 2,
  weights: 'uniform',
};
const classified = { ...fitted, _y: floats([0, 1, 1, 0]), classes_: objects('near', 'far') };

describe('KNeighborsClassifier', () => {
  it('counts votes, the first class winning a tie', () => {
    const model = evaluatorOf('KNeighborsClassifier', classified);
    expect(Array.from(model.predictProba!(table([0.4], [2.2])).data)).toEqual([0.5, 0.5, 0, 1]);
    expect(model.predict!(table([0.4], [2.2])).data).toEqual(['near', 'far']);
  });

  it('lets a coinciding row alone count where weighted by distance', () => {
    const model = evaluatorOf('KNeighborsClassifier', { ...classified, weights: 'distance' });
    expect(Array.from(model.predictProba!(table([1], [0.25])).data)).toEqual([0, 1, 0.75, 0.25]);
  });

  it('answers several targets side by side', () => {
    const model = evaluatorOf('KNeighborsClassifier', {
      ...classified,
      n_neighbors: 1,
      _y: floats([[0, 1], [1, 1], [1, 0], [0, 0]]), // prettier-ignore
      classes_: [objects('a', 'b'), objects('c', 'd')],
    });
    expect(model.predict!(table([0.1]))).toEqual({ rows: 1, columns: 2, data: ['a', 'd'] });
    expect(Array.from(model.predictProba!(table([0.1])).data)).toEqual([1, 0, 0, 1]);
  });

  it('refuses Python functions and damaged targets', () => {
    expect(() =>
      evaluatorOf('KNeighborsClassifier', { ...classified, weights: new PyFunction('numpy.exp') }),
    ).toThrow(
      'KNeighborsClassifier: weights <function numpy.exp> cannot be evaluated; export to ONNX instead',
    );
    expect(() =>
      evaluatorOf('KNeighborsClassifier', { ...classified, effective_metric_: 'precomputed' }),
    ).toThrow('KNeighborsClassifier: metric "precomputed" cannot be evaluated; export to ONNX instead');
    const weighted = { effective_metric_: 'chebyshev', effective_metric_params_: dict({ w: floats([2]) }) };
    expect(() => evaluatorOf('KNeighborsClassifier', { ...classified, ...weighted })).toThrow(
      'KNeighborsClassifier: metric chebyshev with parameter "w" cannot be evaluated',
    );
    expect(() => evaluatorOf('KNeighborsClassifier', { ...classified, _y: floats([0, 1, 2, 0]) })).toThrow(
      '_y holds classes that classes_ has not',
    );
    expect(() => evaluatorOf('KNeighborsClassifier', { ...classified, n_neighbors: 5 })).toThrow(
      'KNeighborsClassifier: n_neighbors 5 of 4 training rows cannot be evaluated',
    );
  });
});

describe('KNeighborsRegressor', () => {
  it('averages, weighted by the inverse distance where told to', () => {
    const regressor = (weights: string) =>
      evaluatorOf('KNeighborsRegressor', { ...fitted, _y: floats([0, 8, 2, 4]), weights });
    expect(regressor('uniform').predict!(table([0.25])).data).toEqual(Float64Array.of(4));
    expect(regressor('distance').predict!(table([0.25])).data).toEqual(Float64Array.of(2));
  });
});

describe('radius neighbours', () => {
  const within = { ...fitted, radius: 1 };

  it('include the edge, and answer rows without a neighbour with the outlier label', () => {
    const attributes = {
      ...within,
      _y: classified._y,
      classes_: classified.classes_,
      outlier_label_: ['far'],
    };
    const model = evaluatorOf('RadiusNeighborsClassifier', attributes);
    expect(model.predict!(table([2], [100])).data).toEqual(['far', 'far']);
    const refusing = evaluatorOf('RadiusNeighborsClassifier', { ...attributes, outlier_label_: null });
    expect(() => refusing.predict!(table([0], [100]))).toThrow(
      atRow(1, 'no training row is within the radius'),
    );
  });

  it('regress to NaN where there is none', () => {
    const model = evaluatorOf('RadiusNeighborsRegressor', { ...within, _y: floats([1, 3, 5, 7]) });
    expect(model.predict!(table([0.5], [100])).data).toEqual(Float64Array.of(2, NaN));
  });
});

describe('NearestCentroid', () => {
  const centroids = {
    metric: 'euclidean',
    centroids_: floats([[0], [4]]), // prettier-ignore
    classes_: floats([10, 20]),
  };

  it('goes by distance alone before it knew priors', () => {
    const model = evaluatorOf('NearestCentroid', centroids);
    expect(model.predict!(table([1.9], [2.1])).data).toEqual(Float64Array.of(10, 20));
    expect(model.predictProba).toBeUndefined();
  });

  it('weighs uneven priors in', () => {
    const priors = { class_prior_: floats([0.1, 0.9]), within_class_std_dev_: floats([2]) };
    const model = evaluatorOf('NearestCentroid', { ...centroids, ...priors });
    expect(model.predict!(table([1.9])).data).toEqual(Float64Array.of(20));
    expect(model.decisionFunction!(table([2])).data[0]).toBeCloseTo(2 * Math.log(9), 12);
  });
});

describe('NeighborHeap', () => {
  it('keeps the nearest in order, and of equally near ones the first', () => {
    const heap = new NeighborHeap(3);
    [5, 1, 4, 4, 2, 9].forEach((distance, sample) => heap.push(distance, sample));
    heap.sort();
    expect(Array.from(heap.reduced)).toEqual([1, 2, 4]);
    expect(Array.from(heap.samples)).toEqual([1, 4, 2]);
  });
});

describe('partition', () => {
  // As numpy 1.24's argpartition(values, count - 1)[:count] gives them.
  const values = Float64Array.of(3, 1, 2, 1, 0, 2, 2, 1, 3, 0, 2, 1);

  it.each([
    [2, [4, 9]],
    [6, [4, 9, 1, 7, 3, 11]],
    [9, [7, 11, 10, 3, 4, 1, 9, 5, 2]],
  ])('of the %i smallest leaves them in the order of numpy', (count, expected) => {
    const order = new Int32Array(values.length);
    partition(values, order, count);
    expect(Array.from(order.subarray(0, count))).toEqual(expected);
  });

  it('puts NaN last', () => {
    const order = new Int32Array(3);
    partition(Float64Array.of(NaN, 2, 1), order, 2);
    expect(Array.from(order)).toEqual([2, 1, 0]);
  });
});

describe('metrics', () => {
  const x = Float64Array.of(1, -2, 0);
  const y = Float64Array.of(2, 2, 0);
  const distance = (metric: Metric) => metric.toDistance(metric.reduced(x, 0, y, 0, 3));

  it('are those of scikit-learn', () => {
    expect(distance(real.canberra)).toBeCloseTo(1 / 3 + 1, 15);
    expect(distance(real.hamming)).toBe(2 / 3);
    expect(distance(real.brayCurtis(false))).toBe(5 / 7);
    expect(distance(real.brayCurtis(true))).toBe(5 / 3);
    expect(distance(real.cosine)).toBeCloseTo(1 + 2 / Math.sqrt(40), 15);
    expect(distance(real.standardisedEuclidean(Float64Array.of(1, 4, 1)))).toBe(Math.sqrt(5));
  });

  it('pass over what is missing, and scale up', () => {
    const holed = Float64Array.of(NaN, -2, 0);
    expect(real.nanEuclidean.toDistance(real.nanEuclidean.reduced(holed, 0, y, 0, 3))).toBe(Math.sqrt(24));
  });

  it('take rows of true and false by what they share', () => {
    const of = (name: string) =>
      booleanMetric(name)!.reduced(Float64Array.of(1, 1, 0, 0), 0, Float64Array.of(1, 0, 1, 0), 0, 4);
    expect(['jaccard', 'dice', 'matching', 'rogerstanimoto', 'russellrao', 'sokalsneath', 'yule', 'kulsinski'].map(of)).toEqual([
      2 / 3, 0.5, 0.5, 2 / 3, 0.75, 0.8, 1, 5 / 6,
    ]); // prettier-ignore
    expect(booleanMetric('constructor')).toBeUndefined();
  });

  it('invert a covariance, unless it is singular', () => {
    expect(inverse(Float64Array.of(0, 2, 4, 0), 2)).toEqual(Float64Array.of(0, 0.25, 0.5, 0));
    expect(inverse(Float64Array.of(1, 2, 2, 4), 2)).toBeUndefined();
  });
});
