/**
 * The one table of what can be served: scikit-learn's class → the function that builds its evaluator. docs/models.md
 * is generated from it (npm run generate). A further estimator is one function, in the file of its family, and one
 * line in that family's list.
 */
import { ModelFileError } from '../../inference/model.js';
import { BAYES } from './bayes/index.js';
import { CLUSTER } from './cluster/index.js';
import { COMPOSE } from './compose/index.js';
import { DECOMPOSITION } from './decomposition/index.js';
import { DISCRIMINANT } from './discriminant/index.js';
import { ENSEMBLES } from './ensembles/index.js';
import type { Evaluator } from '../../inference/tabular/evaluator.js';
import type { EvaluatorEntry, EvaluatorFactory } from './entry.js';
import { LINEAR } from './linear/index.js';
import { META } from './meta/index.js';
import { NEIGHBORS } from './neighbors/index.js';
import { NEURAL } from './neural/index.js';
import { PREPROCESSING } from './preprocessing/index.js';
import { SELECTION } from './selection/index.js';
import { SVM } from './svm/index.js';
import { TREES } from './trees/index.js';
import { PyObject, type PyValue } from '../pickle/values.js';
import { show } from '../pickle/attributes.js';

export const EVALUATORS: readonly EvaluatorEntry[] = [
  ...LINEAR,
  ...TREES,
  ...ENSEMBLES,
  ...SVM,
  ...BAYES,
  ...NEIGHBORS,
  ...NEURAL,
  ...CLUSTER,
  ...DISCRIMINANT,
  ...META,
  ...COMPOSE,
  ...PREPROCESSING,
  ...DECOMPOSITION,
  ...SELECTION,
];

const BY_CLASS: ReadonlyMap<string, EvaluatorEntry> = new Map(
  EVALUATORS.map((entry) => [entry.className, entry]),
);

/** How deep estimators may be nested: deeper than any real model, shallower than the stack. */
const DEPTH_LIMIT = 64;

/**
 * The evaluator of what a pickle holds. An estimator that is referred to from several places is built once.
 * @throws ModelFileError where it is no estimator, its class or one of its options is not supported, or it holds itself
 */
export function buildEvaluator(root: PyValue): Evaluator {
  if (!(root instanceof PyObject)) {
    throw new ModelFileError(
      `the file holds ${show(root)}, where a fitted scikit-learn estimator was expected`,
    );
  }
  const built = new Map<PyObject, Evaluator>();
  const open = new Set<PyObject>();
  const build = (estimator: PyObject): Evaluator => {
    const known = built.get(estimator);
    if (known !== undefined) return known;
    if (open.has(estimator)) throw new ModelFileError(`${estimator.shortName} holds itself`);
    if (open.size >= DEPTH_LIMIT)
      throw new ModelFileError(`estimators are nested more than ${DEPTH_LIMIT} deep`);
    open.add(estimator);
    const evaluator = factoryOf(estimator)(estimator, build);
    open.delete(estimator);
    built.set(estimator, evaluator);
    return evaluator;
  };
  return build(root);
}

function factoryOf({ className, shortName }: PyObject): EvaluatorFactory {
  const entry = className.startsWith('sklearn.') ? BY_CLASS.get(shortName) : undefined;
  if (entry !== undefined) return entry.factory;
  throw new ModelFileError(
    `${className} cannot be evaluated: it is not among the supported classes (docs/models.md); ` +
      'export the model to ONNX (skl2onnx) instead',
  );
}
