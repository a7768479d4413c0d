import type { PickledLibrary } from '../pickle/library.js';
import { LIGHTGBM_ESTIMATORS } from './estimators.js';

/** LightGBM's Booster and its scikit-learn wrappers. A file may not name other classes of LightGBM. */
export const LIGHTGBM: PickledLibrary = {
  package: 'lightgbm',
  title: 'LightGBM',
  about:
    'Pickled boosters and scikit-learn wrappers of LightGBM 2.2 to 4.7, by themselves or inside estimators of scikit-learn. All ' +
    'objectives but functions of your own, all ways of boosting, linear trees, categories, missing values and the best iteration ' +
    'count as they do there. Raw scores (output `margin`) equal those of LightGBM to the last bit.',
  classes: /^lightgbm\.(sklearn\.LGBM(Classifier|Regressor|Ranker|Model)|basic\.Booster)$/,
  estimators: LIGHTGBM_ESTIMATORS,
};
