import type { Matrix } from '../../inference/tabular/evaluator.js';
import type { DenseLayer } from '../tfjs/dense-model.js';
import type { Head } from '../tfjs/heads.js';
import type { PyObject } from './values.js';

/** Maps a value of column `column` back to what it was before a transformer changed it. */
export type Inverse = (value: number, column: number) => number;

/** x · factor + offset, column by column. */
export interface Affine {
  readonly factor: Float64Array;
  readonly offset: Float64Array;
}

/** Dense layers, first to last, and what the values of the last one are. */
export interface DenseNetwork {
  readonly layers: readonly DenseLayer[];
  readonly head: Head;
}

/**
 * Facts about a class besides its evaluator, from its fitted attributes. The class's line in its family's list has
 * them, so that selectors, meta-estimators and converters need no list of class names.
 */
export interface EstimatorTraits {
  /** Takes missing values whatever its options are, which is therefore known before it is fitted. */
  readonly takesMissing?: true;
  /** feature_importances_, where the library computes it when it is read. `nested` gives those of another estimator. */
  readonly importances?: (estimator: PyObject, nested: (estimator: PyObject) => Float64Array) => Float64Array;
  /** coef_, where the library computes it when it is read: a row per target or pair of classes. */
  readonly coefficients?: (estimator: PyObject) => Matrix | undefined;
  /** Whether the fit was penalised by the L1 norm alone, which makes most coefficients zero. */
  readonly isL1Penalised?: (estimator: PyObject) => boolean;
  /** inverse_transform, value by value. @throws ModelFileError for options that it does not honour */
  readonly inverse?: (transformer: PyObject) => Inverse;
  /** The transformer as x · factor + offset; undefined if its options make it something else. */
  readonly affine?: (transformer: PyObject, nFeatures: number) => Affine | undefined;
  /** Stacks of dense layers, one of which computes what the estimator does. */
  readonly denseNetworks?: (estimator: PyObject) => readonly DenseNetwork[];
}

/** Looks up a class's traits; a class that is in no list has none. */
export type TraitsOf = (estimator: PyObject) => EstimatorTraits;
