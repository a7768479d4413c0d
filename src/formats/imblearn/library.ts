import { entriesOf, type EvaluatorFactory, type PickledLibrary } from '../pickle/library.js';
import { identity } from '../sklearn/compose/function.js';
import { pipeline } from '../sklearn/compose/pipeline.js';
import { adaBoostClassifier } from '../sklearn/ensembles/ada-boost.js';
import { baggingClassifier } from '../sklearn/ensembles/bagging.js';
import { forestClassifier } from '../sklearn/trees/random-forest.js';

const SAMPLERS =
  'RandomOverSampler SMOTE SMOTENC SMOTEN ADASYN BorderlineSMOTE KMeansSMOTE SVMSMOTE RandomUnderSampler NearMiss TomekLinks ' +
  'EditedNearestNeighbours RepeatedEditedNearestNeighbours AllKNN CondensedNearestNeighbour OneSidedSelection ' +
  'NeighbourhoodCleaningRule InstanceHardnessThreshold ClusterCentroids SMOTEENN SMOTETomek FunctionSampler';

/** A sampler changes the rows that a model is trained on, and none that it is asked about. */
const sampler: EvaluatorFactory = () => identity(-1);

const entry = entriesOf('imbalanced classes');

/** imbalanced-learn's pipelines, whose samplers do nothing at prediction, and its ensembles. */
export const IMBLEARN: PickledLibrary = {
  package: 'imblearn',
  title: 'imbalanced-learn',
  about:
    'Pipelines and ensembles of imbalanced-learn, read as data. Samplers change the rows of training only: at prediction ' +
    'they pass each row on.',
  classes: /^imblearn\.([\w.]+\.)?_*[A-Z]\w*$/,
  estimators: [
    entry('Pipeline', pipeline),
    entry('BalancedRandomForestClassifier', forestClassifier),
    entry('BalancedBaggingClassifier', baggingClassifier),
    entry('EasyEnsembleClassifier', baggingClassifier),
    entry('RUSBoostClassifier', adaBoostClassifier),
    ...SAMPLERS.split(' ').map((name) => entry(name, sampler)),
  ],
};
