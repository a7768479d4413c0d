import { ModelFileError } from '../../../inference/model.js';
import {
  attribute,
  checkSize,
  childObject,
  flag,
  labels,
  refuse,
  show,
  toItems,
} from '../../pickle/attributes.js';
import { listItems } from '../../pickle/conversions.js';
import type { Evaluator, Matrix, Table } from '../../../inference/tabular/evaluator.js';
import type { EvaluatorFactory } from '../../pickle/library.js';
import { takeLabels } from '../../../inference/numeric/numeric.js';
import { joinTables, tableOf } from '../../../inference/tabular/tables.js';
import type { PyObject, PyValue } from '../../pickle/values.js';
import { buildMembers } from './members.js';
import { needed, predictedNumbers, shapeOf } from '../../../inference/tabular/members.js';

/** StackingClassifier: the final estimator's answers on those of the others. */
export const stackingClassifier: EvaluatorFactory = (estimator, build) => {
  if (listItems(attribute(estimator, 'classes_')) !== undefined) return refuse(estimator, 'several targets');
  const classes = labels(estimator);
  const { shape, final, stack } = stackOf(estimator, build, classes.length === 2);
  const { predictProba, decisionFunction } = final;
  const name = estimator.shortName;
  return {
    ...shape,
    classes,
    predict: (x) => {
      const { rows, data } = predictedNumbers(final, stack(x), name);
      return { rows, columns: 1, data: takeLabels(classes, Int32Array.from(data)) };
    },
    ...(predictProba && { predictProba: (x: Table) => predictProba(stack(x)) }),
    ...(decisionFunction && { decisionFunction: (x: Table) => decisionFunction(stack(x)) }),
    transform: stack,
  };
};

/** StackingRegressor: the final estimator's value on those of the others. */
export const stackingRegressor: EvaluatorFactory = (estimator, build) => {
  const { shape, final, stack } = stackOf(estimator, build, false);
  const name = estimator.shortName;
  return { ...shape, predict: (x) => predictedNumbers(final, stack(x), name), transform: stack };
};

/**
 * The estimators' answers side by side, and the rows themselves after them where they are passed through.
 * @param binary of two probabilities only the second is kept
 */
function stackOf(estimator: PyObject, build: (nested: PyObject) => Evaluator, binary: boolean) {
  const members = buildMembers(estimator, 'estimators_', build);
  const methods = toItems(attribute(estimator, 'stack_method_')) ?? [];
  checkSize(estimator, 'stack_method_', methods.length, members.length);
  const answers: ((x: Table) => Matrix)[] = [];
  for (const [m, member] of members.entries()) {
    answers.push(answerOf(estimator.shortName, member, methods[m], binary));
  }
  const passthrough = flag(estimator, 'passthrough', false);
  const final = build(childObject(estimator, 'final_estimator_'));
  const stack = (x: Table): Table => {
    const parts = answers.map((answer) => {
      const { rows, columns, data } = answer(x);
      return tableOf(rows, columns, data);
    });
    if (passthrough) parts.push(x);
    return joinTables(
      x.rows,
      parts,
      parts.map(() => 1),
    );
  };
  const shape = shapeOf(estimator.shortName, members);
  return {
    shape: {
      ...shape,
      acceptsMissing: shape.acceptsMissing && (!passthrough || final.acceptsMissing === true),
    },
    final,
    stack,
  };
}

function answerOf(name: string, member: Evaluator, method: PyValue, binary: boolean): (x: Table) => Matrix {
  if (method === 'predict') return (x) => predictedNumbers(member, x, name);
  if (method === 'decision_function') return needed(name, member, 'decisionFunction');
  if (method !== 'predict_proba')
    throw new ModelFileError(`${name}: stack_method_ ${show(method)} is not known`);
  const proba = needed(name, member, 'predictProba');
  return binary ? (x) => withoutFirst(proba(x)) : proba;
}

function withoutFirst({ rows, columns, data }: Matrix): Matrix {
  return { rows, columns: columns - 1, data: data.filter((_, k) => k % columns !== 0) };
}
