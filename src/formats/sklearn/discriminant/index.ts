import type { EvaluatorEntry } from '../../pickle/library.js';
import { linearDiscriminantAnalysis } from './linear.js';
import { quadraticDiscriminantAnalysis } from './quadratic.js';

/** Linear and quadratic discriminant analysis: sklearn.discriminant_analysis. */
export const DISCRIMINANT: readonly EvaluatorEntry[] = [
  {
    className: 'LinearDiscriminantAnalysis',
    family: 'discriminant',
    factory: linearDiscriminantAnalysis,
    note: 'Also transforms, unless fitted with solver lsqr, as in scikit-learn.',
  },
  {
    className: 'QuadraticDiscriminantAnalysis',
    family: 'discriminant',
    factory: quadraticDiscriminantAnalysis,
  },
];
