/** Detectors of outliers: sklearn.neighbors.LocalOutlierFactor and sklearn.covariance.EllipticEnvelope. */
import { NeighborHeap } from '../../../inference/neighbors/heap.js';
import { newMatrix, numbersOf } from '../../../inference/numeric/numeric.js';
import type { Evaluator, Matrix, Table } from '../../../inference/tabular/evaluator.js';
import { flag, matrix, number, refuse, vector } from '../../pickle/attributes.js';
import { entriesOf, type EvaluatorEntry } from '../../pickle/library.js';
import type { PyObject } from '../../pickle/values.js';
import { inlierPrediction } from '../linear/scores.js';
import { searchOf } from '../neighbors/search.js';

/** How much denser the neighbours of a row lie than the row itself; only where it was fitted for rows not seen. */
function localOutlierFactor(estimator: PyObject): Evaluator {
  if (!flag(estimator, 'novelty', false))
    refuse(estimator, 'novelty false, which answers for training rows only,');
  const search = searchOf(estimator);
  const { rows, columns } = search.samples;
  const k = number(estimator, 'n_neighbors_');
  if (!(Number.isInteger(k) && k >= 1 && k <= rows))
    refuse(estimator, `n_neighbors_ ${k} of ${rows} training rows`);
  const reaches = matrix(estimator, '_distances_fit_X_', undefined, rows);
  const densities = vector(estimator, '_lrd', rows);
  const offset = number(estimator, 'offset_');
  const scores = (x: Table): Matrix => {
    const numbers = numbersOf(x, columns);
    const out = newMatrix(x.rows, 1);
    const heap = new NeighborHeap(k);
    for (let i = 0; i < x.rows; i++) {
      heap.clear();
      search.nearest(numbers, i, heap);
      heap.sort();
      let [reach, density] = [0, 0];
      heap.samples.forEach((sample, place) => {
        const own = reaches.data[sample * reaches.columns + k - 1];
        reach += Math.max(search.metric.toDistance(heap.reduced[place]), own);
        density += densities[sample];
      });
      const ownDensity = 1 / (reach / k + 1e-10);
      out.data[i] = -density / k / ownDensity - offset;
    }
    return out;
  };
  return detector(columns, scores);
}

/** The squared Mahalanobis distance from the robust centre, against the one that the share of outliers begins at. */
function ellipticEnvelope(estimator: PyObject): Evaluator {
  const centre = vector(estimator, 'location_');
  const n = centre.length;
  const precision = matrix(estimator, 'precision_', n, n);
  const offset = number(estimator, 'offset_');
  return detector(n, (x) => {
    const numbers = numbersOf(x, n);
    const out = newMatrix(x.rows, 1);
    for (let i = 0; i < x.rows; i++) {
      let distance = 0;
      for (let a = 0; a < n; a++) {
        let sum = 0;
        for (let b = 0; b < n; b++) sum += precision.data[a * n + b] * (numbers[i * n + b] - centre[b]);
        distance += (numbers[i * n + a] - centre[a]) * sum;
      }
      out.data[i] = -distance - offset;
    }
    return out;
  });
}

function detector(nFeatures: number, scores: (x: Table) => Matrix): Evaluator {
  return {
    nFeatures,
    counts: true,
    decisionFunction: scores,
    predict: (x) => inlierPrediction(scores(x)),
  };
}

const entry = entriesOf('outliers');

export const OUTLIERS: readonly EvaluatorEntry[] = [
  entry('LocalOutlierFactor', localOutlierFactor, 'Fitted with novelty=True.'),
  entry('EllipticEnvelope', ellipticEnvelope),
];
