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
    'Pickled boosters and scikit-learn wrappers of XGBoost 0.90 to 3.4, by themselves or inside estimators of scikit-learn, ' +
    'read as data and evaluated in float32 as XGBoost does it: margins are equal to the last bit. Missing values may be ' +
    'null. Where XGBoost was trained on sparse matrices, a value that is absent there is missing: send null, not 0. ' +
    'Categories are sent by name where the file has their names (from 3.1 on; up to 3.3 only if they are ASCII), else by ' +
    'code. All trees answer in dart of 0.90, which itself drops some at random. Objectives of your own are refused.',
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
