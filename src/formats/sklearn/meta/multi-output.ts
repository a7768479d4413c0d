import { buildMembers, needed, shapeOf, sideBySide } from '../ensembles/members.js';
import type { Evaluator } from '../../../inference/tabular/evaluator.js';
import type { EvaluatorFactory } from '../../pickle/library.js';
import { interleave } from '../trees/outputs.js';

/** MultiOutputRegressor, MultiOutputClassifier: an estimator a target. */
export const multiOutput: EvaluatorFactory = (estimator, build) => {
  const members = buildMembers(estimator, 'estimators_', build);
  const name = estimator.shortName;
  const methods = members.map((member) => needed(name, member, 'predict'));
  const evaluator: Evaluator = {
    ...shapeOf(estimator, members),
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
  const isClassifier = estimator.shortName === 'MultiOutputClassifier';
  if (!isClassifier || members.some(({ predictProba }) => predictProba === undefined)) return evaluator;
  const proba = members.map((member) => needed(name, member, 'predictProba'));
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
