import { entriesOf, type EvaluatorEntry } from '../../pickle/library.js';
import { bayesianGaussianMixture, gaussianMixture } from './gaussian-mixture.js';

const entry = entriesOf('mixture');

/** sklearn.mixture. */
export const MIXTURE: readonly EvaluatorEntry[] = [
  entry('GaussianMixture', gaussianMixture),
  entry('BayesianGaussianMixture', bayesianGaussianMixture),
];
