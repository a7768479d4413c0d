import type { EvaluatorEntry } from '../../pickle/library.js';
import { nearestCentroid } from './centroid.js';
import { kNeighborsClassifier, radiusNeighborsClassifier } from './classifiers.js';
import { kNeighborsRegressor, radiusNeighborsRegressor } from './regressors.js';

const note =
  'Every metric but precomputed ones and Python functions. Which of several equally far rows takes the last place is ' +
  'as in scikit-learn for trees; for brute force scikit-learn itself leaves it to the processor.';

/** Nearest neighbours and nearest centroids: sklearn.neighbors. */
export const NEIGHBORS: readonly EvaluatorEntry[] = [
  { className: 'KNeighborsClassifier', family: 'neighbors', factory: kNeighborsClassifier, note },
  { className: 'KNeighborsRegressor', family: 'neighbors', factory: kNeighborsRegressor, note },
  { className: 'RadiusNeighborsClassifier', family: 'neighbors', factory: radiusNeighborsClassifier, note },
  { className: 'RadiusNeighborsRegressor', family: 'neighbors', factory: radiusNeighborsRegressor, note },
  { className: 'NearestCentroid', family: 'neighbors', factory: nearestCentroid },
];
