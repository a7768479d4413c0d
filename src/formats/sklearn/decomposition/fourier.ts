/** Random Fourier features: sklearn.kernel_approximation RBFSampler and SkewedChi2Sampler. */
import { matrix, number, vector } from '../../pickle/attributes.js';
import type { Evaluator } from '../../../inference/tabular/evaluator.js';
import type { EvaluatorFactory } from '../../pickle/library.js';
import { numericTransformer } from '../preprocessing/transformer.js';
import { cellError } from '../../../inference/tabular/tables.js';
import type { PyObject } from '../../pickle/values.js';

/** √(2/n) cos(x · random_weights_ + random_offset_) */
export const rbfSampler: EvaluatorFactory = (estimator) => fourier(estimator, (value) => value);

/** The same of log(x + skewedness). */
export const skewedChi2Sampler: EvaluatorFactory = (estimator) => {
  const skewedness = number(estimator, 'skewedness');
  return fourier(estimator, (value, row, column) => {
    if (value <= -skewedness) throw cellError(row, column, `is ${value}, which is not above ${-skewedness}`);
    return Math.log(value + skewedness);
  });
};

function fourier(
  estimator: PyObject,
  point: (value: number, row: number, column: number) => number,
): Evaluator {
  const { rows: nFeatures, columns: nOutputs, data: weights } = matrix(estimator, 'random_weights_');
  const offsets = vector(estimator, 'random_offset_', nOutputs);
  const factor = Math.sqrt(2 / number(estimator, 'n_components'));
  return numericTransformer(estimator, { nFeatures, nOutputs }, (x, out, rows) => {
    for (let i = 0; i < rows; i++) {
      const start = i * nOutputs;
      out.set(offsets, start);
      for (let j = 0; j < nFeatures; j++) {
        const value = point(x[i * nFeatures + j], i, j);
        for (let k = 0; k < nOutputs; k++) out[start + k] += value * weights[j * nOutputs + k];
      }
      for (let k = start; k < start + nOutputs; k++) out[k] = factor * Math.cos(out[k]);
    }
  });
}
