import type { EvaluatorEntry, EvaluatorFactory } from '../../pickle/library.js';
import { linearClassifier, ridgeClassifier } from './classifiers.js';
import { logisticRegression, sgdClassifier } from './logistic.js';
import {
  linearRegressor,
  logLinkRegressor,
  ransacRegressor,
  sgdOneClass,
  tweedieRegressor,
} from './regressors.js';

const LINEAR_REGRESSORS = [
  'LinearRegression', 'Ridge', 'RidgeCV', 'Lasso', 'LassoCV', 'ElasticNet', 'ElasticNetCV',
  'MultiTaskLasso', 'MultiTaskLassoCV', 'MultiTaskElasticNet', 'MultiTaskElasticNetCV',
  'Lars', 'LarsCV', 'LassoLars', 'LassoLarsCV', 'LassoLarsIC',
  'OrthogonalMatchingPursuit', 'OrthogonalMatchingPursuitCV', 'BayesianRidge', 'ARDRegression',
  'HuberRegressor', 'TheilSenRegressor', 'QuantileRegressor', 'SGDRegressor', 'PassiveAggressiveRegressor', 'LinearSVR',
]; // prettier-ignore

const entry = (className: string, factory: EvaluatorFactory, note?: string): EvaluatorEntry => ({
  className,
  family: 'linear',
  factory,
  note,
});

/** Linear models: scikit-learn's sklearn.linear_model, and the linear ones of sklearn.svm. */
export const LINEAR: readonly EvaluatorEntry[] = [
  ...LINEAR_REGRESSORS.map((className) => entry(className, linearRegressor)),
  entry('PoissonRegressor', logLinkRegressor),
  entry('GammaRegressor', logLinkRegressor),
  entry('TweedieRegressor', tweedieRegressor),
  entry('RANSACRegressor', ransacRegressor),
  entry('LogisticRegression', logisticRegression),
  entry('LogisticRegressionCV', logisticRegression),
  entry(
    'SGDClassifier',
    sgdClassifier,
    'Probabilities for loss log_loss and modified_huber, as in scikit-learn.',
  ),
  entry('SGDOneClassSVM', sgdOneClass),
  entry('LinearSVC', linearClassifier),
  entry('Perceptron', linearClassifier),
  entry('PassiveAggressiveClassifier', linearClassifier),
  entry('RidgeClassifier', ridgeClassifier),
  entry('RidgeClassifierCV', ridgeClassifier),
];
