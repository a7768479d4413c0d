import { buildMembers } from '../ensembles/members.js';
import { needed, shapeOf, sideBySide } from '../../../inference/tabular/members.js';
import type { Evaluator } from '../../../inference/tabular/evaluator.js';
import type { EvaluatorFactory } from '../../pickle/library.js';
import type { PyObject } from '../../pickle/values.js';
import { interleave } from '../../../inference/trees/outputs.js';

/** MultiOutputRegressor: an estimator a target. */
export const multiOutputRegressor: EvaluatorFactory = (estimator, build) =>
  predictor(estimator, buildMembers(estimator, 'estimators_', build));

function predictor(estimator: PyObject, members: readonly Evaluator[]): Evaluator {
  const name = estimator.shortName;
  const methods = members.map((member) => needed(name, member, 'predict'));
  return {
    ...shapeOf(estimator.shortName, members),
    nOutputs: members.length,
    predict: (x) => ({
      rows: x.rows,
      columns: members.length,
      data: interleave(
        methods.map((predict) => predict(x).data),
        x.rows,
      ),
    }),
  };
}

/** MultiOutputClassifier: probabilities too, where each target's estimator gives them. */
export const multiOutputClassifier: EvaluatorFactory = (estimator, build) => {
  const members = buildMembers(estimator, 'estimators_', build);
  const evaluator = predictor(estimator, members);
  if (members.some(({ predictProba }) => predictProba === undefined)) return evaluator;
  const proba = members.map((member) => needed(estimator.shortName, member, 'predictProba'));
  // The targets' probabilities side by side, where scikit-learn gives one matrix a target.
  return {
    ...evaluator,
    predictProba: (x) =>
      sideBySide(
        proba.map((method) => method(x)),
        x.rows,
      ),
  };
};
