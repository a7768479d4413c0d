import { childObject, refuse } from '../../pickle/attributes.js';
import { predictedNumbers } from '../../../inference/tabular/members.js';
import type { EvaluatorFactory } from '../../pickle/library.js';

/** TransformedTargetRegressor: the regressor's values on the scale of the target before it was transformed. */
export const transformedTarget: EvaluatorFactory = (estimator, build, traitsOf) => {
  const member = build(childObject(estimator, 'regressor_'));
  const transformer = childObject(estimator, 'transformer_');
  const inverse =
    traitsOf(transformer).inverse?.(transformer) ?? refuse(transformer, 'its inverse on a target');
  const name = estimator.shortName;
  return {
    ...member,
    margin: undefined,
    predict: (x) => {
      const { rows, columns, data } = predictedNumbers(member, x, name);
      return { rows, columns, data: data.map((value, k) => inverse(value, k % columns)) };
    },
  };
};
