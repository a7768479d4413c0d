/**
 * The one table of what can be served: scikit-learn's class → the function that builds its evaluator. docs/models.md
 * is generated from it (npm run generate). A further estimator is one function, in the file of its family, and one
 * line in that family's list.
 */
import { BAYES } from './bayes/index.js';
import { CLUSTER } from './cluster/index.js';
import { COMPOSE } from './compose/index.js';
import { CROSS_DECOMPOSITION } from './cross-decomposition/index.js';
import { DECOMPOSITION } from './decomposition/index.js';
import { DISCRIMINANT } from './discriminant/index.js';
import { ENSEMBLES } from './ensembles/index.js';
import type { EvaluatorEntry } from '../pickle/library.js';
import { withFeatureNames } from './feature-names.js';
import { LINEAR } from './linear/index.js';
import { KERNEL } from './kernel/index.js';
import { META } from './meta/index.js';
import { MIXTURE } from './mixture/index.js';
import { NEIGHBORS } from './neighbors/index.js';
import { NEURAL } from './neural/index.js';
import { OUTLIERS } from './outliers/index.js';
import { PREPROCESSING } from './preprocessing/index.js';
import { SELECTION } from './selection/index.js';
import { SVM } from './svm/index.js';
import { TEXT } from './text/index.js';
import { TREES } from './trees/index.js';

export const EVALUATORS: readonly EvaluatorEntry[] = withFeatureNames([
  ...LINEAR,
  ...TREES,
  ...ENSEMBLES,
  ...SVM,
  ...BAYES,
  ...NEIGHBORS,
  ...NEURAL,
  ...CLUSTER,
  ...DISCRIMINANT,
  ...META,
  ...COMPOSE,
  ...PREPROCESSING,
  ...DECOMPOSITION,
  ...SELECTION,
  ...TEXT,
  ...KERNEL,
  ...MIXTURE,
  ...OUTLIERS,
  ...CROSS_DECOMPOSITION,
]);
