import { entriesOf, type EvaluatorEntry } from '../../pickle/library.js';
import { decisionTreeClassifier, decisionTreeRegressor } from './decision-tree.js';
import { forestImportances, treeImportances } from './importances.js';
import { forestClassifier, forestRegressor } from './random-forest.js';

const entry = entriesOf('trees');

/** Decision trees and the forests that average them: sklearn.tree and the forests of sklearn.ensemble. */
export const TREES: readonly EvaluatorEntry[] = [
  { ...entry('DecisionTreeClassifier', decisionTreeClassifier), importances: treeImportances },
  { ...entry('ExtraTreeClassifier', decisionTreeClassifier), importances: treeImportances },
  { ...entry('DecisionTreeRegressor', decisionTreeRegressor), importances: treeImportances },
  { ...entry('ExtraTreeRegressor', decisionTreeRegressor), importances: treeImportances },
  { ...entry('RandomForestClassifier', forestClassifier), importances: forestImportances },
  { ...entry('ExtraTreesClassifier', forestClassifier), importances: forestImportances },
  { ...entry('RandomForestRegressor', forestRegressor), importances: forestImportances },
  { ...entry('ExtraTreesRegressor', forestRegressor), importances: forestImportances },
];
