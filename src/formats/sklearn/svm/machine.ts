import { ModelFileError } from '../../../inference/model.js';
import { attribute, checkSize, has, matrix, scalar, toItems, vector } from '../../pickle/attributes.js';
import { numbersOf } from '../../../inference/numeric/numeric.js';
import type { PyObject } from '../../pickle/values.js';
import { kernelOf } from './kernels.js';
import { sparseSupport, type Support } from './sparse-support.js';

/** Support vectors, their coefficients (a row an output of libsvm) and intercepts, with the sign that libsvm gave them. */
export interface Machine extends Support {
  readonly coefficients: Float64Array;
  readonly intercepts: Float64Array;
}

/**
 * Reads a fitted libsvm model, dense or sparse.
 * @param rows of the dual coefficients: classes - 1, or 1 for regression and one-class models
 * @param intercepts one for each pair of classes, or 1
 */
export function machineOf(estimator: PyObject, rows: number, intercepts: number): Machine {
  const { nFeatures, vectors, kernelRow, takesSparse } = supportOf(estimator);
  // Up to two classes, dual_coef_ and intercept_ have their sign turned round; the underscored ones are libsvm's own.
  const coefficients = vector(estimator, has(estimator, '_dual_coef_') ? '_dual_coef_' : 'dual_coef_');
  checkSize(estimator, 'dual_coef_', coefficients.length, rows * vectors);
  return {
    nFeatures,
    vectors,
    coefficients,
    intercepts: vector(estimator, has(estimator, '_intercept_') ? '_intercept_' : 'intercept_', intercepts),
    kernelRow,
    takesSparse,
  };
}

/** The support vectors; those of a model fitted on a sparse matrix are kept sparse. */
function supportOf(estimator: PyObject): Support {
  const sparse = sparseSupport(estimator);
  if (sparse !== undefined) return sparse;
  const kernel = kernelOf(estimator);
  const support = matrix(estimator, 'support_vectors_');
  const nFeatures = support.data.length > 0 ? support.columns : fittedColumns(estimator);
  const vectors = support.data.length / nFeatures;
  return {
    nFeatures,
    vectors,
    kernelRow: (x, row, out) => {
      const numbers = numbersOf(x, nFeatures);
      for (let v = 0; v < vectors; v++) {
        out[v] = kernel(numbers, row * nFeatures, support.data, v * nFeatures, nFeatures);
      }
    },
  };
}

/** The columns that a model without a single support vector was fitted on. */
function fittedColumns(estimator: PyObject): number {
  const columns = scalar(toItems(attribute(estimator, 'shape_fit_'))?.[1] ?? null);
  if (columns !== undefined && columns >= 1 && columns <= MOST_COLUMNS) return columns;
  throw new ModelFileError(`${estimator.shortName}: shape_fit_ does not tell how many features it takes`);
}

/** What is believed of a shape that no array stands behind. */
const MOST_COLUMNS = 1e6;
