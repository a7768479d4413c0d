import type { PickledLibrary } from '../pickle/library.js';
import { LIGHTGBM_ESTIMATORS } from './estimators.js';

/** LightGBM's Booster and its scikit-learn wrappers. A file may name no other class of it. */
export const LIGHTGBM: PickledLibrary = {
  package: 'lightgbm',
  title: 'LightGBM',
  about:
    'Estimators and boosters are read as data, by themselves or inside those of scikit-learn, and evaluated without Python.',
  classes: /^lightgbm\.(sklearn\.LGBM(Classifier|Regressor|Ranker|Model)|basic\.Booster)$/,
  estimators: LIGHTGBM_ESTIMATORS,
};
