import { entriesOf, type EvaluatorEntry } from '../../pickle/library.js';
import { maxAbsAffine, minMaxAffine, robustAffine, standardAffine } from './affine.js';
import { iterativeImputer } from './iterative-imputer.js';
import { knnImputer } from './knn-imputer.js';
import { kBinsDiscretizer } from './discretizer.js';
import { simpleImputer } from './imputer.js';
import {
  maxAbsInverse,
  minMaxInverse,
  powerInverse,
  quantileInverse,
  robustInverse,
  standardInverse,
} from './inverses.js';
import { labelBinarizer, labelEncoder } from './labels.js';
import { missingIndicator } from './missing.js';
import { oneHotEncoder } from './one-hot.js';
import { ordinalEncoder, targetEncoder } from './ordinal.js';
import { polynomialFeatures } from './polynomial.js';
import {
  binarizer,
  maxAbsScaler,
  minMaxScaler,
  normalizer,
  robustScaler,
  standardScaler,
} from './scalers.js';
import { powerTransformer, quantileTransformer } from './shapes.js';
import { splineTransformer } from './spline.js';

const entry = entriesOf('preprocessing');

/** sklearn.preprocessing and sklearn.impute. */
export const PREPROCESSING: readonly EvaluatorEntry[] = [
  { ...entry('StandardScaler', standardScaler), inverse: standardInverse, affine: standardAffine },
  { ...entry('MinMaxScaler', minMaxScaler), inverse: minMaxInverse, affine: minMaxAffine },
  { ...entry('MaxAbsScaler', maxAbsScaler), inverse: maxAbsInverse, affine: maxAbsAffine },
  { ...entry('RobustScaler', robustScaler), inverse: robustInverse, affine: robustAffine },
  entry('Normalizer', normalizer),
  entry('Binarizer', binarizer),
  { ...entry('PowerTransformer', powerTransformer), inverse: powerInverse },
  { ...entry('QuantileTransformer', quantileTransformer), inverse: quantileInverse },
  entry('PolynomialFeatures', polynomialFeatures),
  entry('SplineTransformer', splineTransformer),
  entry('KBinsDiscretizer', kBinsDiscretizer),
  entry('OneHotEncoder', oneHotEncoder),
  entry('OrdinalEncoder', ordinalEncoder),
  entry(
    'TargetEncoder',
    targetEncoder,
    'As `transform` answers; the cross-fitting of `fit_transform` is training.',
  ),
  entry('LabelEncoder', labelEncoder),
  entry('LabelBinarizer', labelBinarizer, 'Not for multilabel targets.'),
  entry('SimpleImputer', simpleImputer),
  entry('KNNImputer', knnImputer),
  entry('IterativeImputer', iterativeImputer, 'Not with sample_posterior, which draws at random.'),
  entry('MissingIndicator', missingIndicator),
];
