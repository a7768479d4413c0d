/** What a scikit-learn model takes and gives, from the estimator and its evaluator. */
import type { Signature } from '../../inference/model.js';
import type { Evaluator } from '../../inference/tabular/evaluator.js';
import type { PyObject } from '../pickle/values.js';
import { tabularSignature } from '../../inference/tabular/signature.js';
import { fittedNames } from './model/nested.js';
import { predictDatatype } from './model/predict-datatype.js';

/**
 * @param featureNames what the user calls the columns, where the file does not tell
 * @throws ModelFileError where the names do not fit, or nothing can be asked of the model
 */
export function signatureOf(
  root: PyObject,
  evaluator: Evaluator,
  featureNames: readonly string[] | undefined,
): Signature {
  const count = evaluator.nFeatures < 0 ? featureNames?.length : evaluator.nFeatures;
  const names = count === undefined ? undefined : fittedNames(root, count);
  return tabularSignature(
    evaluator,
    { title: root.shortName, predict: predictDatatype(root, evaluator), ...(names && { names }) },
    featureNames,
  );
}
