import { labelDatatype } from '../../../inference/labels.js';
import type { Datatype } from '../../../inference/tensor.js';
import { listItems, toLabels } from '../../pickle/attributes.js';
import type { Evaluator } from '../../../inference/tabular/evaluator.js';
import { NdArray, PyObject, type PyValue } from '../../pickle/values.js';
import { answerers } from './nested.js';

/** Attributes that hold class labels, or an encoder that has them. */
const LABELS = ['classes_', 'label_binarizer_', '_label_binarizer', 'le_', '_le', '_label_encoder'];

/**
 * The datatype of `predict`: that of the class labels as they were fitted (INT64, BYTES, BOOL, FP64), INT64 for
 * clusters and outliers, FP64 for regressors.
 */
export function predictDatatype(root: PyObject, { classes, counts }: Evaluator): Datatype {
  if (counts) return 'INT64';
  const fitted = answerers(root).flatMap((estimator) => labelArrays(estimator));
  if (fitted.some((value) => value instanceof NdArray && value.dtype.kind === 'f')) return 'FP64';
  if (classes !== undefined) return labelDatatype(classes);
  const labels = fitted.flatMap((value) => toLabels(value) ?? []);
  return labels.length === 0 ? 'FP64' : labelDatatype(labels);
}

/** Arrays of labels that the estimator was fitted on, one a target. */
function labelArrays(estimator: PyObject, depth = 0): PyValue[] {
  for (const name of LABELS) {
    const value = estimator.attributes.get(name) ?? null;
    if (value instanceof PyObject && depth < 2) return labelArrays(value, depth + 1);
    if (value !== null) return [...(listItems(value) ?? [value])];
  }
  return [];
}
