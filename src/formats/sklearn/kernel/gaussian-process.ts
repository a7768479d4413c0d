import { numbersOf } from '../../../inference/numeric/numeric.js';
import { checkSize, childObject, matrix, refuse, toVector } from '../../pickle/attributes.js';
import type { EvaluatorFactory } from '../../pickle/library.js';
import type { PyObject } from '../../pickle/values.js';
import { kernelExpansion } from './kernel-expansion.js';
import { processKernel } from './process-kernels.js';

/** sklearn.gaussian_process.GaussianProcessRegressor: the mean of the process at a row. */
export const gaussianProcessRegressor: EvaluatorFactory = (estimator) => {
  const samples = matrix(estimator, 'X_train_');
  const n = samples.columns;
  const kernel = processKernel(childObject(estimator, 'kernel_'), n);
  const { targets, sums } = kernelExpansion(estimator, samples, 'alpha_');
  const means = perTarget(estimator, '_y_train_mean', targets);
  const scales = perTarget(estimator, '_y_train_std', targets, 1);
  return {
    nFeatures: n,
    nOutputs: targets,
    predict: (x) => {
      const out = sums(numbersOf(x, n), x.rows, kernel);
      for (let i = 0; i < x.rows; i++)
        for (let t = 0; t < targets; t++)
          out.data[i * targets + t] = out.data[i * targets + t] * scales[t] + means[t];
      return out;
    },
  };
};

/** One value for each target, or one for all; `_y_train_std` came with scikit-learn 0.24. */
function perTarget(estimator: PyObject, name: string, targets: number, fallback?: number): Float64Array {
  const stored = estimator.attributes.get(name) ?? fallback ?? null;
  const values = toVector(stored) ?? refuse(estimator, `a damaged ${name}`);
  if (values.length === targets) return values;
  checkSize(estimator, name, values.length, 1);
  return new Float64Array(targets).fill(values[0]);
}
