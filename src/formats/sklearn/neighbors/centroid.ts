import { checkSize, has, labels, matrix, optional, vector } from '../../pickle/attributes.js';
import type { Evaluator, Matrix, Prediction, Table } from '../../../inference/tabular/evaluator.js';
import {
  argmax,
  labelPrediction,
  newMatrix,
  numbersOf,
  softmax,
  takeLabels,
} from '../../../inference/numeric/numeric.js';
import { PyDict, type PyObject } from '../../pickle/values.js';
import { metricOf } from './metrics.js';

/**
 * NearestCentroid: the class with the nearest centroid. From 1.6 on it knows priors: where they differ, and in its
 * decision function and probabilities, classes are scored as in discriminant analysis with a diagonal covariance
 * (The Elements of Statistical Learning, equation 18.2).
 */
export function nearestCentroid(estimator: PyObject): Evaluator {
  const centroids = matrix(estimator, 'centroids_');
  const classes = labels(estimator);
  checkSize(estimator, 'centroids_', centroids.rows, classes.length, 'rows');
  const nearest = nearestPrediction(estimator, centroids, classes);
  const base = { nFeatures: centroids.columns, classes };
  const euclidean = optional(estimator, 'metric') === 'euclidean';
  const acceptsMissing = optional(estimator, 'metric') === 'nan_euclidean';
  if (!has(estimator, 'class_prior_')) return { ...base, acceptsMissing, predict: nearest };
  const priors = vector(estimator, 'class_prior_', classes.length);
  const even = 1 / classes.length;
  const uniform = priors.every((prior) => Math.abs(prior - even) <= 1e-8 + 1e-5 * even);
  if (!euclidean && uniform) return { ...base, acceptsMissing, predict: nearest };
  const scores = discriminantScores(estimator, centroids, priors);
  const predict = uniform ? nearest : (x: Table) => labelPrediction(scores(x), classes);
  if (!euclidean) return { ...base, acceptsMissing, predict };
  return {
    ...base,
    predict,
    decisionFunction: (x) => {
      const all = scores(x);
      if (classes.length !== 2) return all;
      const data = Float64Array.from({ length: x.rows }, (_, i) => all.data[2 * i + 1] - all.data[2 * i]);
      return { rows: x.rows, columns: 1, data };
    },
    predictProba: (x) => {
      const all = scores(x);
      for (let i = 0; i < x.rows; i++) softmax(all.data, i * all.columns, all.columns);
      return all;
    },
  };
}

function nearestPrediction(estimator: PyObject, centroids: Matrix, classes: ReturnType<typeof labels>) {
  const { rows: count, columns, data } = centroids;
  const { reduced } = centroidMetric(estimator, columns);
  return (x: Table): Prediction => {
    const numbers = numbersOf(x, columns);
    const positions = new Int32Array(x.rows);
    const nearness = new Float64Array(count);
    for (let i = 0; i < x.rows; i++) {
      for (let c = 0; c < count; c++)
        nearness[c] = -reduced(numbers, i * columns, data, c * columns, columns);
      positions[i] = argmax(nearness, 0, count);
    }
    return { rows: x.rows, columns: 1, data: takeLabels(classes, positions) };
  };
}

const centroidMetric = (estimator: PyObject, nFeatures: number) =>
  metricOf({
    estimator,
    option: 'metric',
    parameters: new PyDict(),
    nFeatures,
    bruteForce: true,
    byScipy: true,
  });

/** 2 log(prior) - distance², with every feature divided by its deviation within the classes where that is not zero. */
function discriminantScores(
  estimator: PyObject,
  centroids: Matrix,
  priors: Float64Array,
): (x: Table) => Matrix {
  const { rows: count, columns, data } = centroids;
  const metric = centroidMetric(estimator, columns);
  const scale = vector(estimator, 'within_class_std_dev_', columns).map((deviation) => deviation || 1);
  const scaled = data.map((value, at) => value / scale[at % columns]);
  const constants = priors.map((prior) => 2 * Math.log(prior));
  return (x) => {
    const numbers = numbersOf(x, columns);
    const out = newMatrix(x.rows, count);
    const row = new Float64Array(columns);
    for (let i = 0; i < x.rows; i++) {
      for (let j = 0; j < columns; j++) row[j] = numbers[i * columns + j] / scale[j];
      for (let c = 0; c < count; c++) {
        const distance = metric.toDistance(metric.reduced(row, 0, scaled, c * columns, columns));
        out.data[i * count + c] = constants[c] - distance * distance;
      }
    }
    return out;
  };
}
