import { optional, refuse, show } from '../../pickle/attributes.js';
import type { Inverse } from '../../pickle/traits.js';
import { PyDict, PyFunction, type PyObject } from '../../pickle/values.js';

const FUNCTIONS: ReadonlyMap<string, (value: number) => number> = new Map([
  ['exp', Math.exp],
  ['expm1', Math.expm1],
  ['exp2', (value) => 2 ** value],
  ['log', Math.log],
  ['log1p', Math.log1p],
  ['log2', Math.log2],
  ['log10', Math.log10],
  ['sqrt', Math.sqrt],
  ['square', (value) => value * value],
  ['cbrt', Math.cbrt],
  ['negative', (value) => -value],
  ['reciprocal', (value) => 1 / value],
  ['sinh', Math.sinh],
  ['arcsinh', Math.asinh],
  ['tanh', Math.tanh],
  ['arctanh', Math.atanh],
]);

/** FunctionTransformer's inverse_func: none, or a function of numpy that maps each number by itself. */
export function functionInverse(transformer: PyObject): Inverse {
  const inverse = optional(transformer, 'inverse_func');
  if (inverse === undefined) return (value) => value;
  const options = optional(transformer, 'inv_kw_args');
  const plain = options === undefined || (options instanceof PyDict && options.entries.length === 0);
  const name = inverse instanceof PyFunction && inverse.name.startsWith('numpy.') ? inverse.name : '';
  const found = FUNCTIONS.get(name.slice(name.lastIndexOf('.') + 1));
  if (found === undefined || !plain) return refuse(transformer, `inverse_func ${show(inverse)}`);
  return found;
}
