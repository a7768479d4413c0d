import { entriesOf, type EvaluatorEntry } from '../../pickle/library.js';
import { decisionTreeClassifier, decisionTreeRegressor } from './decision-tree.js';
import { forestClassifier, forestRegressor } from './random-forest.js';

const entry = entriesOf('trees');

/** Decision trees and the forests that average them: sklearn.tree and the forests of sklearn.ensemble. */
export const TREES: readonly EvaluatorEntry[] = [
  entry('DecisionTreeClassifier', decisionTreeClassifier),
  entry('ExtraTreeClassifier', decisionTreeClassifier),
  entry('DecisionTreeRegressor', decisionTreeRegressor),
  entry('ExtraTreeRegressor', decisionTreeRegressor),
  entry('RandomForestClassifier', forestClassifier),
  entry('ExtraTreesClassifier', forestClassifier),
  entry('RandomForestRegressor', forestRegressor),
  entry('ExtraTreesRegressor', forestRegressor),
];
