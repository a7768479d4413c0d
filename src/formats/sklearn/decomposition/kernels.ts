/** The kernels of sklearn.metrics.pairwise by name. */
import { numberOr, optional, refuse, requireOption, scalar, show } from '../../pickle/attributes.js';
import { dot } from '../../../inference/numeric/numeric.js';
import { PyDict, type PyObject } from '../../pickle/values.js';

/** The kernel of x[i..i+n) and y[j..j+n). */
export type Kernel = (x: Float64Array, i: number, y: Float64Array, j: number, n: number) => number;

const NAMES = [
  'linear',
  'poly',
  'polynomial',
  'rbf',
  'sigmoid',
  'cosine',
  'laplacian',
  'chi2',
  'additive_chi2',
] as const;

/**
 * The kernel that the option `kernel` names, with gamma, coef0 and degree from the options of those names or from
 * kernel_params, else as the function in scikit-learn has them.
 * @throws ModelFileError for precomputed kernels, Python functions and other parameters
 */
export function pairwiseKernel(estimator: PyObject, nFeatures: number): Kernel {
  const name = requireOption(estimator, 'kernel', NAMES);
  const gamma = parameter(estimator, 'gamma', name === 'chi2' ? 1 : 1 / nFeatures);
  const coef0 = parameter(estimator, 'coef0', 1);
  switch (name) {
    case 'linear':
      return dot;
    case 'poly':
    case 'polynomial': {
      const degree = parameter(estimator, 'degree', 3);
      return (x, i, y, j, n) => Math.pow(gamma * dot(x, i, y, j, n) + coef0, degree);
    }
    case 'sigmoid':
      return (x, i, y, j, n) => Math.tanh(gamma * dot(x, i, y, j, n) + coef0);
    case 'cosine':
      return (x, i, y, j, n) => dot(x, i, y, j, n) / (length(x, i, n) * length(y, j, n));
    case 'rbf':
      return ofDifferences(
        (a, b) => (a - b) * (a - b),
        (sum) => Math.exp(-gamma * sum),
      );
    case 'laplacian':
      return ofDifferences(
        (a, b) => Math.abs(a - b),
        (sum) => Math.exp(-gamma * sum),
      );
    case 'chi2':
      return ofDifferences(chiSquare, (sum) => Math.exp(-gamma * sum));
    case 'additive_chi2':
      return ofDifferences(chiSquare, (sum) => -sum);
  }
}

function parameter(estimator: PyObject, name: string, fallback: number): number {
  const params = optional(estimator, 'kernel_params');
  if (params !== undefined && !(params instanceof PyDict)) refuse(estimator, `kernel_params ${show(params)}`);
  const own = params?.get(name) ?? null;
  const fitted = numberOr(estimator, `${name}_`, numberOr(estimator, name, fallback));
  return own === null
    ? fitted
    : (scalar(own) ?? refuse(estimator, `kernel_params with ${name} ${show(own)}`));
}

function ofDifferences(term: (a: number, b: number) => number, finish: (sum: number) => number): Kernel {
  return (x, i, y, j, n) => {
    let sum = 0;
    for (let k = 0; k < n; k++) sum += term(x[i + k], y[j + k]);
    return finish(sum);
  };
}

function chiSquare(a: number, b: number): number {
  return a + b === 0 ? 0 : ((a - b) * (a - b)) / (a + b);
}

/** The row's Euclidean length, 1 for a row of zeros. */
function length(x: Float64Array, i: number, n: number): number {
  return Math.sqrt(dot(x, i, x, i, n)) || 1;
}
