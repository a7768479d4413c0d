/** A selector gives some of its columns and drops the rest. */
import { checkSize, featureNames, nFeaturesIn, vector } from '../../pickle/attributes.js';
import type { Evaluator } from '../../../inference/tabular/evaluator.js';
import { numbersOf } from '../../../inference/numeric/numeric.js';
import { checkColumns, takeColumns } from '../../../inference/tabular/tables.js';
import type { PyObject } from '../../pickle/values.js';

/** The evaluator that gives the columns of which `mask` is true. */
export function selector(estimator: PyObject, mask: readonly boolean[], acceptsMissing = false): Evaluator {
  const kept = mask.flatMap((chosen, column) => (chosen ? [column] : []));
  const nFeatures = nFeaturesIn(estimator, () => mask.length);
  checkSize(estimator, 'the mask of features', mask.length, nFeatures);
  return {
    nFeatures,
    featureNames: featureNames(estimator),
    acceptsMissing,
    sources: kept.map((column) => ({ column, missing: true, same: true })),
    takesSparse: true,
    transform: (x) => {
      checkColumns(x, nFeatures);
      if (x.sparse === undefined) numbersOf(x, nFeatures);
      return takeColumns(x, kept);
    },
  };
}

/** support_ as a mask. */
export function supportOf(estimator: PyObject): boolean[] {
  return Array.from(vector(estimator, 'support_'), (chosen) => chosen !== 0);
}
