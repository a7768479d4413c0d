import { entriesOf, type EvaluatorEntry } from '../../pickle/library.js';
import { gaussianProcessRegressor } from './gaussian-process.js';
import { kernelRidge } from './kernel-ridge.js';

const entry = entriesOf('kernel');

/** sklearn.kernel_ridge and sklearn.gaussian_process. */
export const KERNEL: readonly EvaluatorEntry[] = [
  entry('KernelRidge', kernelRidge, 'Kernels by name; not `precomputed`, not Python functions.'),
  entry(
    'GaussianProcessRegressor',
    gaussianProcessRegressor,
    'The mean. Matern with nu 0.5, 1.5, 2.5 or infinity.',
  ),
];
