import { optional } from '../pickle/attributes.js';
import type { PickledLibrary } from '../pickle/library.js';
import { EVALUATORS } from './evaluators.js';

/** scikit-learn: any class of it may stand in a file as data; only those of the table are evaluated. */
export const SKLEARN: PickledLibrary = {
  package: 'sklearn',
  title: 'scikit-learn',
  classes: /^sklearn\.([\w.]+\.)?_*[A-Z]\w*$/,
  references: /^sklearn\.[\w.]+$/,
  estimators: EVALUATORS,
  version: (estimator) => {
    const version = optional(estimator, '_sklearn_version');
    return typeof version === 'string' ? version : undefined;
  },
};
