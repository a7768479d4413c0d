/** The way back of the transformers that are used on targets, value by value. */
import {
  checkSize,
  childObject,
  flag,
  has,
  matrix,
  optional,
  refuse,
  requireOption,
  show,
  vector,
} from '../../pickle/attributes.js';
import { PyDict, PyFunction, type PyObject } from '../../pickle/values.js';
import { normalDistribution } from '../../../inference/numeric/normal-distribution.js';
import { interpolate } from './isotonic.js';

/** Maps a value of the target's column back. */
export type Inverse = (value: number, column: number) => number;

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

/** @throws ModelFileError naming a transformer or function that cannot be inverted here */
export function inverseOf(transformer: PyObject): Inverse {
  switch (transformer.shortName) {
    case 'FunctionTransformer':
      return functionOf(transformer);
    case 'StandardScaler':
      return scaled(
        transformer,
        flag(transformer, 'with_std') && has(transformer, 'scale_'),
        flag(transformer, 'with_mean') ? 'mean_' : undefined,
      );
    case 'RobustScaler':
      return scaled(
        transformer,
        flag(transformer, 'with_scaling'),
        flag(transformer, 'with_centering') ? 'center_' : undefined,
      );
    case 'MaxAbsScaler':
      return scaled(transformer, true, undefined);
    case 'MinMaxScaler': {
      const min = vector(transformer, 'min_');
      const scale = vector(transformer, 'scale_', min.length);
      return (value, k) => (value - min[k]) / scale[k];
    }
    case 'PowerTransformer':
      return powerOf(transformer);
    case 'QuantileTransformer':
      return quantileOf(transformer);
    default:
      return refuse(transformer, 'its inverse on a target');
  }
}

function functionOf(transformer: PyObject): Inverse {
  const inverse = optional(transformer, 'inverse_func');
  if (inverse === undefined) return (value) => value;
  const options = optional(transformer, 'inv_kw_args');
  const plain = options === undefined || (options instanceof PyDict && options.entries.length === 0);
  const name = inverse instanceof PyFunction && inverse.name.startsWith('numpy.') ? inverse.name : '';
  const found = FUNCTIONS.get(name.slice(name.lastIndexOf('.') + 1));
  if (found === undefined || !plain) return refuse(transformer, `inverse_func ${show(inverse)}`);
  return found;
}

function scaled(transformer: PyObject, withScale: boolean, offsetName: string | undefined): Inverse {
  const scale = withScale ? vector(transformer, 'scale_') : undefined;
  const offset = offsetName === undefined ? undefined : vector(transformer, offsetName);
  return (value, k) => value * (scale === undefined ? 1 : scale[k]) + (offset === undefined ? 0 : offset[k]);
}

function powerOf(transformer: PyObject): Inverse {
  const lambdas = vector(transformer, 'lambdas_');
  const method = requireOption(transformer, 'method', ['yeo-johnson', 'box-cox']);
  const unscaled = flag(transformer, 'standardize')
    ? inverseOf(childObject(transformer, '_scaler'))
    : undefined;
  const inverse = method === 'box-cox' ? inverseBoxCox : inverseYeoJohnson;
  return (value, k) => inverse(unscaled === undefined ? value : unscaled(value, k), lambdas[k]);
}

function inverseBoxCox(value: number, lambda: number): number {
  return lambda === 0 ? Math.exp(value) : Math.exp(Math.log1p(lambda * value) / lambda);
}

function inverseYeoJohnson(value: number, lambda: number): number {
  if (value >= 0) {
    return Math.abs(lambda) < Number.EPSILON ? Math.exp(value) - 1 : (value * lambda + 1) ** (1 / lambda) - 1;
  }
  if (Math.abs(lambda - 2) <= Number.EPSILON) return 1 - Math.exp(-value);
  return 1 - (-(2 - lambda) * value + 1) ** (1 / (2 - lambda));
}

/** Values this near to the ends of the normal distribution's range are taken for the ends. */
const BOUND = 1e-7;

function quantileOf(transformer: PyObject): Inverse {
  const references = vector(transformer, 'references_');
  const { rows, columns: width, data } = matrix(transformer, 'quantiles_');
  checkSize(transformer, 'quantiles_', rows, references.length, 'rows');
  const columns = Array.from({ length: width }, (_, k) => data.filter((_value, at) => at % width === k));
  const distribution = requireOption(transformer, 'output_distribution', ['uniform', 'normal']);
  checkSize(transformer, 'references_', Math.min(references.length, 1), 1);
  return (value, k) => {
    const quantiles = columns[k];
    const p = distribution === 'normal' ? normalDistribution(value) : value;
    const bound = distribution === 'normal' ? BOUND : 0;
    if (distribution === 'normal' ? p - bound < 0 : p <= 0) return quantiles[0];
    if (distribution === 'normal' ? p + bound > 1 : p >= 1) return quantiles[quantiles.length - 1];
    return interpolate(p, references, quantiles);
  };
}
