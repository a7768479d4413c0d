import { ModelFileError } from '../../../inference/model.js';
import { checkSize, indices, string } from '../../pickle/attributes.js';
import { buildMembers } from '../ensembles/members.js';
import { needed, predictedNumbers } from '../../../inference/tabular/members.js';
import type { Evaluator, Matrix, Table } from '../../../inference/tabular/evaluator.js';
import type { EvaluatorFactory } from '../../pickle/library.js';
import { newMatrix, numbersOf } from '../../../inference/numeric/numeric.js';
import { tableOf } from '../../../inference/tabular/tables.js';
import { secondColumn } from './binary.js';

type Method = 'predict' | 'predict_proba' | 'decision_function';

/** ClassifierChain, RegressorChain: an estimator a target, each given the answers of those before it. */
export const chain: EvaluatorFactory = (estimator, build) => {
  const members = buildMembers(estimator, 'estimators_', build);
  const order = indices(estimator, 'order_');
  checkSize(estimator, 'order_', order.length, members.length);
  if (new Set(order).size !== order.length || order.some((target) => target >= order.length)) {
    throw new ModelFileError(`${estimator.shortName}: order_ is not an order of its targets`);
  }
  const name = estimator.shortName;
  const { nFeatures } = members[0];
  const passed = string(estimator, 'chain_method_', 'predict') as Method;
  const answers = (method: Method) => {
    const passedOn = members.map((member) => columnOf(name, member, passed));
    const given = method === passed ? undefined : members.map((member) => columnOf(name, member, method));
    return (x: Table): Matrix => {
      const out = newMatrix(x.rows, members.length);
      let rows = tableOf(x.rows, nFeatures, numbersOf(x, nFeatures));
      members.forEach((_, m) => {
        const next = passedOn[m](rows);
        const answer = given === undefined ? next : given[m](rows);
        for (let i = 0; i < x.rows; i++) out.data[i * members.length + order[m]] = answer[i];
        rows = withColumn(rows, next);
      });
      return out;
    };
  };
  const isClassifier = name === 'ClassifierChain';
  const all = (method: 'predictProba' | 'decisionFunction'): boolean =>
    isClassifier && members.every((member) => member[method] !== undefined && member.classes?.length === 2);
  return {
    nFeatures,
    nOutputs: members.length,
    predict: answers('predict'),
    ...(all('predictProba') && { predictProba: answers('predict_proba') }),
    ...(all('decisionFunction') && { decisionFunction: answers('decision_function') }),
  };
};

/** One value a row; of two probabilities the second. */
function columnOf(name: string, member: Evaluator, method: Method): (x: Table) => Float64Array {
  switch (method) {
    case 'predict':
      return (x) => predictedNumbers(member, x, name).data;
    case 'predict_proba': {
      const proba = needed(name, member, 'predictProba');
      return (x) => secondColumn(proba(x));
    }
    case 'decision_function': {
      const decide = needed(name, member, 'decisionFunction');
      return (x) => decide(x).data;
    }
    default:
      throw new ModelFileError(`${name}: chain_method_ ${String(method)} is not known`);
  }
}

function withColumn({ rows, columns, numbers }: Table, column: Float64Array): Table {
  const out = new Float64Array(rows * (columns + 1));
  for (let i = 0; i < rows; i++) {
    out.set(numbers.subarray(i * columns, (i + 1) * columns), i * (columns + 1));
    out[i * (columns + 1) + columns] = column[i];
  }
  return tableOf(rows, columns + 1, out);
}
