import type { Evaluator, Matrix, Table } from '../../../inference/tabular/evaluator.js';
import { dot, newMatrix, takeLabels } from '../../../inference/numeric/numeric.js';
import type { PyObject } from '../../pickle/values.js';
import { machineOf } from './machine.js';

/** The single decision value of a regression or one-class model. */
function decisionValues(estimator: PyObject) {
  const { nFeatures, vectors, coefficients, intercepts, kernelRow, takesSparse } = machineOf(estimator, 1, 1);
  const valuesOf = (x: Table): Matrix => {
    const kernels = new Float64Array(vectors);
    const out = newMatrix(x.rows, 1);
    for (let i = 0; i < x.rows; i++) {
      kernelRow(x, i, kernels);
      out.data[i] = dot(coefficients, 0, kernels, 0, vectors) + intercepts[0];
    }
    return out;
  };
  return { shape: { nFeatures, takesSparse }, valuesOf };
}

/** SVR and NuSVR. */
export function supportVectorRegressor(estimator: PyObject): Evaluator {
  const { shape, valuesOf } = decisionValues(estimator);
  return { ...shape, predict: valuesOf };
}

/** OneClassSVM: 1 for inliers, whose decision value is above zero, and -1 for outliers. */
export function oneClassSvm(estimator: PyObject): Evaluator {
  const { shape, valuesOf } = decisionValues(estimator);
  return {
    ...shape,
    counts: true,
    decisionFunction: valuesOf,
    predict: (x) => {
      const positions = Int32Array.from(valuesOf(x).data, (value) => (value > 0 ? 1 : 0));
      return { rows: x.rows, columns: 1, data: takeLabels([-1, 1], positions) };
    },
  };
}
