import { entriesOf, type EvaluatorEntry } from '../../pickle/library.js';
import { selectFromModel } from './from-model.js';
import { recursiveElimination, sequentialSelector } from './support.js';
import {
  genericUnivariateSelect,
  selectFdr,
  selectFpr,
  selectFwe,
  selectKBest,
  selectPercentile,
  varianceThreshold,
} from './univariate.js';

const entry = entriesOf('feature selection');

/** sklearn.feature_selection. */
export const SELECTION: readonly EvaluatorEntry[] = [
  entry('SelectKBest', selectKBest),
  entry('SelectPercentile', selectPercentile),
  entry('SelectFpr', selectFpr),
  entry('SelectFdr', selectFdr),
  entry('SelectFwe', selectFwe),
  entry('GenericUnivariateSelect', genericUnivariateSelect),
  entry('VarianceThreshold', varianceThreshold),
  entry('RFE', recursiveElimination),
  entry('RFECV', recursiveElimination),
  entry(
    'SelectFromModel',
    selectFromModel,
    'By coef_, or by feature_importances_ of trees, forests, gradient boosting and AdaBoost.',
  ),
  entry('SequentialFeatureSelector', sequentialSelector),
];
