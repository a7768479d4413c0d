import { number, requireOption } from '../../pickle/attributes.js';
import { dot } from '../../../inference/numeric/numeric.js';
import type { PyObject } from '../../pickle/values.js';

/** The kernel of x[i..i+n) and y[j..j+n). */
export type Kernel = (x: Float64Array, i: number, y: Float64Array, j: number, n: number) => number;

/**
 * The kernel that a support vector machine was fitted with; gamma is the number that "scale" or "auto" came to.
 * @throws ModelFileError for precomputed kernels and Python functions
 */
export function kernelOf(estimator: PyObject): Kernel {
  const name = requireOption(estimator, 'kernel', ['linear', 'poly', 'rbf', 'sigmoid']);
  if (name === 'linear') return dot;
  const gamma = number(estimator, '_gamma');
  if (name === 'rbf') return (x, i, y, j, n) => Math.exp(-gamma * squaredDistance(x, i, y, j, n));
  const coef0 = number(estimator, 'coef0');
  if (name === 'sigmoid') return (x, i, y, j, n) => Math.tanh(gamma * dot(x, i, y, j, n) + coef0);
  const degree = Math.trunc(number(estimator, 'degree'));
  return (x, i, y, j, n) => power(gamma * dot(x, i, y, j, n) + coef0, degree);
}

/**
 * The same kernel from an inner product and both squared lengths, which is all that sparse vectors are asked for.
 * @throws ModelFileError for precomputed kernels and Python functions
 */
export function kernelOfProducts(estimator: PyObject): (product: number, xx: number, yy: number) => number {
  const name = requireOption(estimator, 'kernel', ['linear', 'poly', 'rbf', 'sigmoid']);
  if (name === 'linear') return (product) => product;
  const gamma = number(estimator, '_gamma');
  if (name === 'rbf') return (product, xx, yy) => Math.exp(-gamma * (xx + yy - 2 * product));
  const coef0 = number(estimator, 'coef0');
  if (name === 'sigmoid') return (product) => Math.tanh(gamma * product + coef0);
  const degree = Math.trunc(number(estimator, 'degree'));
  return (product) => power(gamma * product + coef0, degree);
}

function squaredDistance(x: Float64Array, i: number, y: Float64Array, j: number, n: number): number {
  let sum = 0;
  for (let k = 0; k < n; k++) {
    const difference = x[i + k] - y[j + k];
    sum += difference * difference;
  }
  return sum;
}

/** By repeated squaring, as libsvm does it; 1 for exponents below one. */
function power(base: number, exponent: number): number {
  let result = 1;
  for (let left = exponent, square = base; left > 0; left = Math.floor(left / 2), square *= square) {
    if (left % 2 === 1) result *= square;
  }
  return result;
}
