import { attribute, checkSize, matrix } from '../../pickle/attributes.js';
import type { Evaluator } from '../../../inference/tabular/evaluator.js';
import { newMatrix } from '../../../inference/numeric/numeric.js';
import { NdArray, type PyObject } from '../../pickle/values.js';
import { nearestNeighborhoods, radiusNeighborhoods, type Neighborhoods } from './neighborhoods.js';

/** KNeighborsRegressor, for one target or several. */
export function kNeighborsRegressor(estimator: PyObject): Evaluator {
  return regressor(estimator, nearestNeighborhoods(estimator));
}

/** RadiusNeighborsRegressor. A row without a neighbour is answered with NaN. */
export function radiusNeighborsRegressor(estimator: PyObject): Evaluator {
  return regressor(estimator, radiusNeighborhoods(estimator));
}

/** The weighted mean of the neighbours' targets. */
function regressor(estimator: PyObject, neighborhoods: Neighborhoods): Evaluator {
  const { samples, metric } = neighborhoods.search;
  const targets = matrix(estimator, '_y').data;
  const y = attribute(estimator, '_y');
  const columns = y instanceof NdArray && y.shape.length === 2 ? y.shape[1] : 1;
  checkSize(estimator, '_y', targets.length, samples.rows * columns);
  return {
    nFeatures: samples.columns,
    nOutputs: columns,
    acceptsMissing: metric.acceptsMissing,
    predict: (x) => {
      const out = newMatrix(x.rows, columns);
      neighborhoods.visit(x, (row, { samples: nearest, weights, count }) => {
        let total = 0;
        for (let k = 0; k < count; k++) {
          total += weights[k];
          for (let t = 0; t < columns; t++) {
            out.data[row * columns + t] += weights[k] * targets[nearest[k] * columns + t];
          }
        }
        for (let t = 0; t < columns; t++) out.data[row * columns + t] /= total;
      });
      return out;
    },
  };
}
