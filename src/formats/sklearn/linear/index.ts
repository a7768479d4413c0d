import { entriesOf, type EvaluatorEntry } from '../../pickle/library.js';
import type { PyObject } from '../../pickle/values.js';
import { logisticNetworks } from '../rebuild/networks.js';
import { linearClassifier, ridgeClassifier } from './classifiers.js';
import { logisticRegression, sgdClassifier } from './logistic.js';
import {
  linearRegressor,
  logLinkRegressor,
  ransacRegressor,
  sgdOneClass,
  tweedieRegressor,
} from './regressors.js';
import { elasticNet, elasticNetCv, lasso, logistic, logisticCv, multiTaskElasticNet } from './sparsity.js';

const PLAIN_REGRESSORS = [
  'LinearRegression', 'Ridge', 'RidgeCV', 'Lars', 'LarsCV', 'OrthogonalMatchingPursuit',
  'OrthogonalMatchingPursuitCV', 'BayesianRidge', 'ARDRegression', 'HuberRegressor', 'TheilSenRegressor',
  'QuantileRegressor', 'SGDRegressor', 'PassiveAggressiveRegressor', 'LinearSVR',
]; // prettier-ignore

const LASSOS = [
  'Lasso',
  'LassoCV',
  'MultiTaskLasso',
  'MultiTaskLassoCV',
  'LassoLars',
  'LassoLarsCV',
  'LassoLarsIC',
];

const entry = entriesOf('linear');

const regressor = (className: string, isL1Penalised: (estimator: PyObject) => boolean): EvaluatorEntry => ({
  ...entry(className, linearRegressor),
  isL1Penalised,
});

/** Linear models: scikit-learn's sklearn.linear_model, and the linear ones of sklearn.svm. */
export const LINEAR: readonly EvaluatorEntry[] = [
  ...PLAIN_REGRESSORS.map((className) => entry(className, linearRegressor)),
  ...LASSOS.map((className) => regressor(className, lasso)),
  regressor('ElasticNet', elasticNet),
  regressor('ElasticNetCV', elasticNetCv),
  regressor('MultiTaskElasticNet', multiTaskElasticNet),
  regressor('MultiTaskElasticNetCV', multiTaskElasticNet),
  entry('PoissonRegressor', logLinkRegressor),
  entry('GammaRegressor', logLinkRegressor),
  entry('TweedieRegressor', tweedieRegressor),
  entry('RANSACRegressor', ransacRegressor),
  {
    ...entry('LogisticRegression', logisticRegression),
    isL1Penalised: logistic,
    denseNetworks: logisticNetworks,
  },
  {
    ...entry('LogisticRegressionCV', logisticRegression),
    isL1Penalised: logisticCv,
    denseNetworks: logisticNetworks,
  },
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
