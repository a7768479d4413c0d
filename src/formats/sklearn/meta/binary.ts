/** What one-against-others classifiers ask of their binary estimators (sklearn.multiclass). */
import { ModelFileError } from '../../../inference/model.js';
import { vector } from '../../pickle/attributes.js';
import type { Evaluator, Table } from '../../../inference/tabular/evaluator.js';
import type { EvaluatorFactory } from '../../pickle/library.js';
import { newMatrix } from '../../../inference/numeric/numeric.js';

/** One score a row: the decision value, the second probability or, of a regressor, the value. */
export function binaryScore(owner: string, member: Evaluator): (x: Table) => Float64Array {
  const { decisionFunction, predictProba, predict, classes } = member;
  if (classes === undefined && predict !== undefined) {
    return (x) => Float64Array.from(predict(x).data as ArrayLike<unknown>, Number);
  }
  if (decisionFunction !== undefined) return (x) => decisionFunction(x).data;
  if (predictProba === undefined) throw new ModelFileError(`${owner}: one of its estimators only predicts`);
  return (x) => secondColumn(predictProba(x));
}

/** The score from which a row belongs to the second class. */
export function binaryThreshold({ decisionFunction, classes }: Evaluator): number {
  return decisionFunction !== undefined && classes !== undefined ? 0 : 0.5;
}

export function secondColumn({ rows, columns, data }: { rows: number; columns: number; data: Float64Array }) {
  const out = new Float64Array(rows);
  for (let i = 0; i < rows; i++) out[i] = data[i * columns + 1];
  return out;
}

/** sklearn.multiclass._ConstantPredictor: of a class that all training rows had, or none. */
export const constantPredictor: EvaluatorFactory = (estimator) => {
  const [y] = vector(estimator, 'y_', 1);
  const repeated = ({ rows }: Table) => ({ rows, columns: 1, data: new Float64Array(rows).fill(y) });
  return {
    nFeatures: -1,
    acceptsMissing: true,
    predict: repeated,
    decisionFunction: repeated,
    predictProba: ({ rows }) => {
      const out = newMatrix(rows, 2);
      for (let i = 0; i < rows; i++) out.data.set([1 - y, y], 2 * i);
      return out;
    },
  };
};
