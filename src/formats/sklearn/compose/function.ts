/** sklearn.preprocessing.FunctionTransformer, of no function or of a numpy function that maps each number by itself. */
import { featureNames, flag, nFeaturesIn, optional, refuse, show } from '../../pickle/attributes.js';
import type { Evaluator } from '../../../inference/tabular/evaluator.js';
import type { EvaluatorFactory } from '../../pickle/library.js';
import { columnwise, ownColumns } from '../preprocessing/transformer.js';
import { PyDict, PyFunction, type PyObject } from '../../pickle/values.js';

const NUMPY_FUNCTIONS: Readonly<Record<string, (x: number) => number>> = {
  abs: Math.abs,
  absolute: Math.abs,
  arcsinh: Math.asinh,
  arctan: Math.atan,
  cbrt: Math.cbrt,
  ceil: Math.ceil,
  cos: Math.cos,
  cosh: Math.cosh,
  exp: Math.exp,
  exp2: (x) => Math.pow(2, x),
  expm1: Math.expm1,
  fabs: Math.abs,
  floor: Math.floor,
  log: Math.log,
  log10: Math.log10,
  log1p: Math.log1p,
  log2: Math.log2,
  negative: (x) => -x,
  positive: (x) => x,
  reciprocal: (x) => 1 / x,
  rint: roundHalfEven,
  sign: Math.sign,
  sin: Math.sin,
  sinh: Math.sinh,
  sqrt: Math.sqrt,
  square: (x) => x * x,
  tan: Math.tan,
  tanh: Math.tanh,
  trunc: Math.trunc,
};

/** The table as it is, or each number mapped by the function. */
export const functionTransformer: EvaluatorFactory = (estimator) => {
  const func = optional(estimator, 'func');
  const acceptsMissing = !flag(estimator, 'validate', false);
  const nFeatures = nFeaturesIn(estimator, () => -1);
  if (func === undefined) return identity(nFeatures, estimator, acceptsMissing);
  const kwargs = optional(estimator, 'kw_args');
  if (kwargs !== undefined && !(kwargs instanceof PyDict && kwargs.entries.length === 0)) {
    refuse(estimator, 'a function with kw_args');
  }
  const point = func instanceof PyFunction ? numpyFunction(func.name) : undefined;
  if (point === undefined) refuse(estimator, `the function ${show(func)}`);
  return columnwise(estimator, nFeatures, acceptsMissing, point);
};

/** What "passthrough" stands for: every column as it is, text as text. */
export function identity(nFeatures: number, estimator?: PyObject, acceptsMissing = true): Evaluator {
  return {
    nFeatures,
    featureNames: estimator && featureNames(estimator),
    acceptsMissing,
    takesSparse: true,
    sources: nFeatures < 0 ? undefined : ownColumns(nFeatures, true),
    transform: (x) => x,
  };
}

function numpyFunction(name: string): ((x: number) => number) | undefined {
  const parts = name.split('.');
  const last = parts[parts.length - 1];
  return parts[0] === 'numpy' && Object.hasOwn(NUMPY_FUNCTIONS, last) ? NUMPY_FUNCTIONS[last] : undefined;
}

function roundHalfEven(x: number): number {
  const below = Math.floor(x);
  if (x - below !== 0.5) return Math.round(x);
  return below % 2 === 0 ? below : below + 1;
}
