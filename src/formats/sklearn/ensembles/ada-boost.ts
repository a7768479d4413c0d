import { type Label, ModelFileError } from '../../../inference/model.js';
import { checkSize, labels, requireOption, vector } from '../../pickle/attributes.js';
import type { Evaluator, Matrix, Table } from '../../../inference/tabular/evaluator.js';
import type { EvaluatorFactory } from '../../pickle/library.js';
import { labelPrediction, newMatrix, softmax } from '../../../inference/numeric/numeric.js';
import { isSince } from '../version.js';
import { buildMembers } from './members.js';
import { needed, positionsOf, predictedNumbers, shapeOf } from '../../../inference/tabular/members.js';

/**
 * AdaBoostClassifier: weighted votes of the estimators' labels (SAMME), or before 1.8 the sum of their centred log
 * probabilities (SAMME.R).
 */
export const adaBoostClassifier: EvaluatorFactory = (estimator, build) => {
  const members = buildMembers(estimator, 'estimators_', build);
  const classes = labels(estimator);
  const weights = vector(estimator, 'estimator_weights_');
  checkSize(estimator, 'estimator_weights_', Math.min(weights.length, members.length), members.length);
  const algorithm = requireOption(estimator, 'algorithm', ['SAMME', 'SAMME.R', 'deprecated'], 'SAMME');
  const byProbability = algorithm === 'SAMME.R';
  // Up to 1.2 a vote for one class took nothing from the others.
  const against = isSince(estimator, 1, 3) ? -1 / (classes.length - 1) : 0;
  const name = estimator.shortName;
  const terms: Term[] = [];
  for (const [m, member] of members.entries()) {
    terms.push(
      byProbability
        ? logProbabilities(member, classes, name)
        : votes(member, classes, weights[m], against, name),
    );
  }
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return boosted(terms, total, classes, { ...shapeOf(estimator.shortName, members), acceptsMissing: false });
};

/** Adds an estimator's part, a value a class, to the rows of `out`. */
type Term = (x: Table, out: Float64Array) => void;

function votes(
  member: Evaluator,
  classes: readonly Label[],
  weight: number,
  against: number,
  name: string,
): Term {
  const predict = needed(name, member, 'predict');
  return (x, out) => {
    const positions = positionsOf(predict(x), classes, name);
    for (let i = 0, at = 0; i < x.rows; i++) {
      for (let c = 0; c < classes.length; c++, at++)
        out[at] += c === positions[i] ? weight : against * weight;
    }
  };
}

function logProbabilities(member: Evaluator, classes: readonly Label[], name: string): Term {
  const predictProba = needed(name, member, 'predictProba');
  const k = classes.length;
  if (member.classes?.length !== k)
    throw new ModelFileError(`${name}: its estimators do not know all classes`);
  return (x, out) => {
    const { data } = predictProba(x);
    for (let i = 0; i < x.rows; i++) {
      let sum = 0;
      for (let c = 0; c < k; c++) sum += logOf(data[i * k + c]);
      for (let c = 0; c < k; c++) out[i * k + c] += (k - 1) * (logOf(data[i * k + c]) - (1 / k) * sum);
    }
  };
}

function boosted(
  terms: readonly Term[],
  total: number,
  classes: readonly Label[],
  shape: Evaluator,
): Evaluator {
  const k = classes.length;
  const decisions = (x: Table): Matrix => {
    if (k === 1) return newMatrix(x.rows, 1);
    const sums = newMatrix(x.rows, k);
    for (const term of terms) term(x, sums.data);
    for (let at = 0; at < sums.data.length; at++) sums.data[at] /= total;
    if (k !== 2) return sums;
    const out = newMatrix(x.rows, 1);
    for (let i = 0; i < x.rows; i++) out.data[i] = -sums.data[2 * i] + sums.data[2 * i + 1];
    return out;
  };
  const predictProba = (x: Table): Matrix => {
    const out = newMatrix(x.rows, k);
    if (k === 1) return { ...out, data: out.data.fill(1) };
    const { data } = decisions(x);
    for (let i = 0; i < x.rows; i++) {
      for (let c = 0; c < k; c++) {
        out.data[i * k + c] = k === 2 ? (c === 0 ? -data[i] : data[i]) / 2 : data[i * k + c] / (k - 1);
      }
      softmax(out.data, i * k, k);
    }
    return out;
  };
  const predict = (x: Table) => labelPrediction(decisions(x), classes);
  return { ...shape, classes, predict, predictProba, decisionFunction: decisions };
}

const logOf = (p: number): number => Math.log(Math.max(p, Number.EPSILON));

/** AdaBoostRegressor: the weighted median of the estimators' values. */
export const adaBoostRegressor: EvaluatorFactory = (estimator, build) => {
  const members = buildMembers(estimator, 'estimators_', build);
  const weights = vector(estimator, 'estimator_weights_');
  checkSize(estimator, 'estimator_weights_', Math.min(weights.length, members.length), members.length);
  const shape = { ...shapeOf(estimator.shortName, members), acceptsMissing: false };
  const name = estimator.shortName;
  return {
    ...shape,
    predict: (x) => {
      const values = members.map((member) => predictedNumbers(member, x, name).data);
      const out = newMatrix(x.rows, 1);
      const order = new Int32Array(members.length);
      for (let i = 0; i < x.rows; i++) out.data[i] = weightedMedian(values, weights, i, order);
      return out;
    },
  };
};

/** The value at which the weights, in the order of the values, add up to half their sum. */
function weightedMedian(
  values: readonly Float64Array[],
  weights: Float64Array,
  row: number,
  order: Int32Array,
): number {
  const count = order.length;
  let total = 0;
  for (let m = 0; m < count; m++) {
    let at = m;
    for (; at > 0 && values[order[at - 1]][row] > values[m][row]; at--) order[at] = order[at - 1];
    order[at] = m;
  }
  for (let at = 0; at < count; at++) total += weights[order[at]];
  let sum = 0;
  for (let at = 0; at < count; at++) {
    sum += weights[order[at]];
    if (sum >= 0.5 * total) return values[order[at]][row];
  }
  return values[order[0]][row];
}
