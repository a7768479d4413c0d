import { entriesOf, type EvaluatorEntry } from '../../pickle/library.js';
import { adaBoostImportances, boostingImportances } from '../trees/importances.js';
import { adaBoostClassifier, adaBoostRegressor } from './ada-boost.js';
import { baggingClassifier, baggingRegressor } from './bagging.js';
import { gradientBoostingClassifier, gradientBoostingRegressor } from './gradient-boosting.js';
import { histGradientBoostingClassifier, histGradientBoostingRegressor } from './hist-gradient-boosting.js';
import { isolationForest } from './isolation-forest.js';
import { stackingClassifier, stackingRegressor } from './stacking.js';
import { votingClassifier, votingRegressor } from './voting.js';

const entry = entriesOf('ensembles');

const INIT_NOTE = 'An init estimator that computes in float32 is refused.';

/** sklearn.ensemble, but for the forests, which stand with the trees. */
export const ENSEMBLES: readonly EvaluatorEntry[] = [
  {
    ...entry('GradientBoostingClassifier', gradientBoostingClassifier, INIT_NOTE),
    importances: boostingImportances,
  },
  {
    ...entry('GradientBoostingRegressor', gradientBoostingRegressor, INIT_NOTE),
    importances: boostingImportances,
  },
  { ...entry('HistGradientBoostingClassifier', histGradientBoostingClassifier), takesMissing: true },
  { ...entry('HistGradientBoostingRegressor', histGradientBoostingRegressor), takesMissing: true },
  { ...entry('AdaBoostClassifier', adaBoostClassifier), importances: adaBoostImportances },
  { ...entry('AdaBoostRegressor', adaBoostRegressor), importances: adaBoostImportances },
  entry('VotingClassifier', votingClassifier, 'transform is absent where flatten_transform is false.'),
  entry('VotingRegressor', votingRegressor),
  entry('BaggingClassifier', baggingClassifier),
  entry('BaggingRegressor', baggingRegressor),
  entry('StackingClassifier', stackingClassifier, 'One target.'),
  entry('StackingRegressor', stackingRegressor),
  entry('IsolationForest', isolationForest),
];
