/** The attributes of a fitted estimator by which features are selected: coef_, feature_importances_ or any other. */
import { attribute, childObject, has, listItems, matrix, refuse, toMatrix } from '../../pickle/attributes.js';
import type { Matrix } from '../../../inference/tabular/evaluator.js';
import type { TraitsOf } from '../../pickle/traits.js';
import { NdArray, PyObject, type PyValue } from '../../pickle/values.js';

/** One value per feature, or several rows of them. */
export interface Importances extends Matrix {
  readonly isVector: boolean;
}

/**
 * @param getter "auto" or a dotted path from the estimator, such as "named_steps.clf.coef_"
 * @throws ModelFileError for Python functions and for estimators that keep no such attribute
 */
export function importancesOf(estimator: PyObject, getter: PyValue, traitsOf: TraitsOf): Importances {
  if (typeof getter !== 'string') refuse(estimator, 'a Python function as importance_getter');
  if (getter !== 'auto') {
    const path = getter.split('.');
    return named(path.slice(0, -1).reduce(follow, estimator), path[path.length - 1], traitsOf);
  }
  return coefficients(estimator, traitsOf) ?? asVector(featureImportances(estimator, traitsOf));
}

function named(estimator: PyObject, name: string, traitsOf: TraitsOf): Importances {
  if (name === 'feature_importances_') return asVector(featureImportances(estimator, traitsOf));
  if (name === 'coef_')
    return coefficients(estimator, traitsOf) ?? refuse(estimator, 'the selection by coef_');
  const value = attribute(estimator, name);
  const found = toMatrix(value) ?? refuse(estimator, `the selection by ${name}`);
  return { ...found, isVector: value instanceof NdArray && value.shape.length === 1 };
}

function follow(owner: PyObject, name: string): PyObject {
  if (name !== 'named_steps') return childObject(owner, name);
  const steps = listItems(attribute(owner, 'steps')) ?? [];
  return new PyObject(
    'named_steps',
    new Map(steps.map((step) => (listItems(step) ?? []) as [string, PyValue])),
  );
}

function coefficients(estimator: PyObject, traitsOf: TraitsOf): Importances | undefined {
  if (has(estimator, 'coef_')) {
    const value = attribute(estimator, 'coef_');
    return { ...matrix(estimator, 'coef_'), isVector: value instanceof NdArray && value.shape.length === 1 };
  }
  const computed = traitsOf(estimator).coefficients?.(estimator);
  return computed && { ...computed, isVector: false };
}

function asVector(data: Float64Array): Importances {
  return { rows: 1, columns: data.length, data, isVector: true };
}

function featureImportances(estimator: PyObject, traitsOf: TraitsOf): Float64Array {
  const { importances } = traitsOf(estimator);
  if (importances === undefined) refuse(estimator, 'the selection by feature_importances_');
  return importances(estimator, (nested) => featureImportances(nested, traitsOf));
}
