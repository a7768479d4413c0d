/** sklearn.pipeline.FeatureUnion. */
import { attribute } from '../../pickle/attributes.js';
import type { Evaluator } from '../../../inference/tabular/evaluator.js';
import type { EvaluatorFactory } from '../../pickle/library.js';
import type { PyObject } from '../../pickle/values.js';
import { identity } from './function.js';
import { parallel, type Branch } from './parallel.js';
import { stepsOf, weightsOf } from './steps.js';

/** The outputs of several transformers of the same columns, side by side, each times its weight. */
export const featureUnion: EvaluatorFactory = (estimator, build) => {
  const weightOf = weightsOf(estimator);
  const steps = stepsOf(estimator, attribute(estimator, 'transformer_list'), 'drop').filter(
    ({ step }) => step !== 'drop',
  );
  const built = steps.map(({ step }) => (step === 'passthrough' ? identity(-1) : build(step as PyObject)));
  const nFeatures = built.reduce((n: number, { nFeatures: own }: Evaluator) => Math.max(n, own), -1);
  const branches = built.map((evaluator, k): Branch => ({
    name: steps[k].name,
    evaluator,
    weight: weightOf(steps[k].name),
  }));
  const names = built.find((evaluator) => evaluator.featureNames !== undefined)?.featureNames;
  return parallel(estimator, nFeatures, branches, names);
};
