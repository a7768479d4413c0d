/**
 * The Python libraries whose fitted estimators are read from pickles, one line per library. A file may name only what a
 * library declares (pickle/library.ts). docs/models.md lists its classes (npm run generate).
 */
import { ModelFileError } from '../inference/model.js';
import type { Evaluator } from '../inference/tabular/evaluator.js';
import { show } from './pickle/attributes.js';
import { checkConsistency } from './pickle/consistency.js';
import { Libraries } from './pickle/libraries.js';
import type { EvaluatorFactory, PickledLibrary } from './pickle/library.js';
import type { EstimatorTraits } from './pickle/traits.js';
import { PyObject, type PyValue } from './pickle/values.js';
import { IMBLEARN } from './imblearn/library.js';
import { LIGHTGBM } from './lightgbm/library.js';
import { SKLEARN } from './sklearn/library.js';
import { XGBOOST } from './xgboost/library.js';

export const PICKLED_LIBRARIES: readonly PickledLibrary[] = [SKLEARN, IMBLEARN, LIGHTGBM, XGBOOST];

export const libraries = new Libraries(PICKLED_LIBRARIES);

/** Maximum nesting of estimators: deeper than in real models, and far from the end of the stack. */
const DEPTH_LIMIT = 64;

/**
 * The evaluator of a pickle's value. An estimator with several references is built once.
 * @throws ModelFileError if it is not an estimator, contains itself, or its class or an option is not supported
 */
export function buildEvaluator(root: PyValue): Evaluator {
  if (!(root instanceof PyObject)) {
    throw new ModelFileError(
      `the file holds ${show(root)}; expected a fitted estimator of ${libraries.titles}`,
    );
  }
  const built = new Map<PyObject, Evaluator>();
  const open = new Set<PyObject>();
  const build = (estimator: PyObject): Evaluator => {
    const known = built.get(estimator);
    if (known !== undefined) return known;
    if (open.has(estimator)) throw new ModelFileError(`${estimator.shortName} contains itself`);
    if (open.size >= DEPTH_LIMIT)
      throw new ModelFileError(`estimators are nested more than ${DEPTH_LIMIT} deep`);
    open.add(estimator);
    const evaluator = made(estimator, () => factoryOf(estimator)(estimator, build, traitsOf));
    checkConsistency(estimator, evaluator);
    open.delete(estimator);
    built.set(estimator, evaluator);
    return evaluator;
  };
  return build(root);
}

/** An array of a length that cannot be comes from counts in the file. */
function made(estimator: PyObject, make: () => Evaluator): Evaluator {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new ModelFileError(
      `${estimator.shortName}: its counts do not fit one another; the file is damaged`,
    );
  }
}

/** Traits of an estimator's class; none for a class that is not in the tables. */
export function traitsOf({ className }: PyObject): EstimatorTraits {
  return libraries.entryOf(className) ?? {};
}

function factoryOf({ className }: PyObject): EvaluatorFactory {
  const entry = libraries.entryOf(className);
  if (entry !== undefined) return entry.factory;
  throw new ModelFileError(
    `${className} is not among the supported classes (docs/models.md); export the model to ONNX instead`,
  );
}
