import { optional } from '../pickle/attributes.js';
import type { PickledLibrary } from '../pickle/library.js';
import { EVALUATORS } from './evaluators.js';

/** scikit-learn: any class of it may stand in a file as data; only those of the table are evaluated. */
export const SKLEARN: PickledLibrary = {
  package: 'sklearn',
  title: 'scikit-learn',
  about:
    'A pickle or joblib file of scikit-learn 0.22 to 1.9 is read as data and evaluated in float64, without Python. Every option ' +
    'that changes an answer is honoured, or refused by name at import. Answers equal those of scikit-learn to 1e-9, labels ' +
    'exactly; `npm run parity` holds them to it.',
  classes: /^sklearn\.([\w.]+\.)?_*[A-Z]\w*$/,
  references: /^sklearn\.[\w.]+$/,
  estimators: EVALUATORS,
  version: (estimator) => {
    const version = optional(estimator, '_sklearn_version');
    return typeof version === 'string' ? version : undefined;
  },
};
