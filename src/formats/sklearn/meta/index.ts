import { entriesOf, type EvaluatorEntry } from '../../pickle/library.js';
import { constantPredictor } from './binary.js';
import { calibratedClassifier } from './calibration.js';
import { chain } from './chain.js';
import { frozen, search, selfTraining } from './delegates.js';
import { dummyClassifier, dummyRegressor } from './dummy.js';
import { isotonicRegression } from './isotonic.js';
import { multiOutputClassifier, multiOutputRegressor } from './multi-output.js';
import { oneVsOneClassifier, outputCodeClassifier } from './one-vs-one.js';
import { oneVsRestClassifier } from './one-vs-rest.js';
import { transformedTarget } from './target.js';
import { fixedThreshold, tunedThreshold } from './threshold.js';

const entry = entriesOf('meta');

const TARGET_NOTE =
  'inverse_func: a function of numpy such as expm1, exp or square; transformer: a scaler, PowerTransformer or QuantileTransformer.';

/** Estimators that answer through others, and the dummies: calibration, multiclass, multioutput, model_selection. */
export const META: readonly EvaluatorEntry[] = [
  entry('CalibratedClassifierCV', calibratedClassifier),
  entry('OneVsRestClassifier', oneVsRestClassifier),
  entry('OneVsOneClassifier', oneVsOneClassifier),
  entry('OutputCodeClassifier', outputCodeClassifier),
  entry('_ConstantPredictor', constantPredictor, 'Within OneVsRestClassifier and OutputCodeClassifier.'),
  ...['GridSearchCV', 'RandomizedSearchCV', 'HalvingGridSearchCV', 'HalvingRandomSearchCV'].map((name) =>
    entry(name, search, 'Answers as best_estimator_; refit=False is refused.'),
  ),
  entry('TransformedTargetRegressor', transformedTarget, TARGET_NOTE),
  entry('MultiOutputRegressor', multiOutputRegressor),
  entry('MultiOutputClassifier', multiOutputClassifier),
  entry('ClassifierChain', chain),
  entry('RegressorChain', chain),
  entry('FixedThresholdClassifier', fixedThreshold),
  entry('TunedThresholdClassifierCV', tunedThreshold),
  entry('FrozenEstimator', frozen),
  entry('SelfTrainingClassifier', selfTraining),
  entry('IsotonicRegression', isotonicRegression),
  entry('DummyClassifier', dummyClassifier, 'Strategies prior, most_frequent and constant.'),
  entry('DummyRegressor', dummyRegressor),
];
