/** Kernels of Gaussian processes, composed by sums, products and powers: sklearn.gaussian_process.kernels. */
import { dot } from '../../../inference/numeric/numeric.js';
import { attribute, childObject, number, refuse, toVector } from '../../pickle/attributes.js';
import type { PyObject } from '../../pickle/values.js';
import type { Kernel } from '../decomposition/kernels.js';

const DEEPEST = 50;

/**
 * The kernel between rows of two sets: white noise is 0 there.
 * @throws ModelFileError for kernels that are not supported
 */
export function processKernel(kernel: PyObject, nFeatures: number, depth = 0): Kernel {
  if (depth > DEEPEST) refuse(kernel, `kernels nested more than ${DEEPEST} deep`);
  const inner = (name: string): Kernel => processKernel(childObject(kernel, name), nFeatures, depth + 1);
  switch (kernel.shortName) {
    case 'Sum': {
      const [a, b] = [inner('k1'), inner('k2')];
      return (...row) => a(...row) + b(...row);
    }
    case 'Product': {
      const [a, b] = [inner('k1'), inner('k2')];
      return (...row) => a(...row) * b(...row);
    }
    case 'Exponentiation': {
      const base = inner('kernel');
      const exponent = number(kernel, 'exponent');
      return (...row) => Math.pow(base(...row), exponent);
    }
    case 'ConstantKernel': {
      const value = number(kernel, 'constant_value');
      return () => value;
    }
    case 'WhiteKernel':
      return () => 0;
    case 'RBF': {
      const squared = scaledSquares(kernel, nFeatures);
      return (...row) => Math.exp(-0.5 * squared(...row));
    }
    case 'Matern':
      return matern(kernel, nFeatures);
    case 'RationalQuadratic': {
      const alpha = number(kernel, 'alpha');
      const length = number(kernel, 'length_scale');
      return (...row) => Math.pow(1 + squares(...row) / (2 * alpha * length * length), -alpha);
    }
    case 'ExpSineSquared': {
      const length = number(kernel, 'length_scale');
      const period = number(kernel, 'periodicity');
      return (...row) => {
        const sine = Math.sin((Math.PI / period) * Math.sqrt(squares(...row)));
        return Math.exp(-2 * (sine / length) ** 2);
      };
    }
    case 'DotProduct': {
      const sigma = number(kernel, 'sigma_0') ** 2;
      return (...row) => dot(...row) + sigma;
    }
    default:
      refuse(kernel, 'the kernel');
  }
}

function matern(kernel: PyObject, nFeatures: number): Kernel {
  const nu = number(kernel, 'nu');
  const squared = scaledSquares(kernel, nFeatures);
  if (nu === 0.5) return (...row) => Math.exp(-Math.sqrt(squared(...row)));
  if (nu === Infinity) return (...row) => Math.exp(-squared(...row) / 2);
  if (nu !== 1.5 && nu !== 2.5) refuse(kernel, `nu ${nu} (not 0.5, 1.5, 2.5 or inf)`);
  return (...row) => {
    const d = Math.sqrt(squared(...row)) * Math.sqrt(2 * nu);
    return (nu === 1.5 ? 1 + d : 1 + d + (d * d) / 3) * Math.exp(-d);
  };
}

const squares: Kernel = (x, i, y, j, n) => {
  let sum = 0;
  for (let k = 0; k < n; k++) sum += (x[i + k] - y[j + k]) ** 2;
  return sum;
};

/** Squared distances of rows divided by the length scale, one for all features or one each. */
function scaledSquares(kernel: PyObject, nFeatures: number): Kernel {
  const scales = toVector(attribute(kernel, 'length_scale'));
  if (scales?.length !== 1 && scales?.length !== nFeatures) refuse(kernel, 'a length_scale of another size');
  const step = scales.length === 1 ? 0 : 1;
  return (x, i, y, j, n) => {
    let sum = 0;
    for (let k = 0; k < n; k++) sum += (x[i + k] / scales[k * step] - y[j + k] / scales[k * step]) ** 2;
    return sum;
  };
}
