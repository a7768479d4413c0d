import { entriesOf, type PickledLibrary } from '../pickle/library.js';
import type { PyObject } from '../pickle/values.js';
import { learnerOfBooster, learnerOfWrapper } from './pickled.js';
import { versionText } from './version.js';
import { classifier, pickledBooster, regressor } from './wrappers.js';

const entry = entriesOf('boosting');

/** XGBoost's classes in pickles, from 0.90 on. */
export const XGBOOST: PickledLibrary = {
  package: 'xgboost',
  title: 'XGBoost',
  about:
    'Estimators and boosters are read as data, by themselves or inside those of scikit-learn, and evaluated without Python.',
  classes: /^xgboost\.(compat\.XGBoostLabelEncoder|callback\.[A-Z]\w*)$/,
  estimators: [
    entry('XGBClassifier', classifier),
    entry('XGBRFClassifier', classifier),
    entry('XGBRegressor', regressor),
    entry('XGBRFRegressor', regressor),
    entry('XGBRanker', regressor),
    entry(
      'Booster',
      pickledBooster,
      'Answers as Booster.predict: with all trees, probabilities rather than labels.',
    ),
  ],
  version: (estimator: PyObject) =>
    versionText((estimator.shortName === 'Booster' ? learnerOfBooster : learnerOfWrapper)(estimator).version),
};
