import { ModelFileError } from '../../../inference/model.js';
import { checkSize, labels, nFeaturesIn, number, vectors } from '../../pickle/attributes.js';
import type { Evaluator, Matrix, Table } from '../../../inference/tabular/evaluator.js';
import type { EvaluatorFactory } from '../../pickle/library.js';
import { newMatrix } from '../../../inference/numeric/numeric.js';
import { checkColumns, relocate, takeColumns } from '../../../inference/tabular/tables.js';
import type { PyObject } from '../../pickle/values.js';
import { buildMembers } from './members.js';
import {
  labelsOfLargest,
  needed,
  positionsOf,
  predictedNumbers,
} from '../../../inference/tabular/members.js';

/** BaggingClassifier: the mean of the estimators' probabilities, or of their votes where they have none. */
export const baggingClassifier: EvaluatorFactory = (estimator, build) => {
  const { shape, members, mean } = baggedOf(estimator, build);
  const name = estimator.shortName;
  const classes = labels(estimator);
  const encoded = classes.map((_, k) => k);
  const proba = mean(classes.length, (member) => {
    const own = member.classes;
    if (own === undefined) throw new ModelFileError(`${name}: one of its estimators has no classes`);
    const { predictProba } = member;
    if (predictProba === undefined) {
      return (x) => oneHot(positionsOf(needed(name, member, 'predict')(x), encoded, name), classes.length);
    }
    const columns = positionsOf({ rows: own.length, columns: 1, data: [...own] }, encoded, name);
    return (x) => spread(predictProba(x), columns, classes.length);
  });
  const decides = members.every(({ decisionFunction }) => decisionFunction !== undefined);
  const width = classes.length === 2 ? 1 : classes.length;
  return {
    ...shape,
    classes,
    predict: (x) => labelsOfLargest(proba(x), classes),
    predictProba: proba,
    ...(decides && {
      decisionFunction: mean(width, (member) => needed(name, member, 'decisionFunction')),
    }),
  };
};

/** BaggingRegressor: the mean of the estimators' values. */
export const baggingRegressor: EvaluatorFactory = (estimator, build) => {
  const { shape, members, mean } = baggedOf(estimator, build);
  const name = estimator.shortName;
  const nOutputs = members[0].nOutputs ?? 1;
  return {
    ...shape,
    nOutputs,
    predict: mean(nOutputs, (member) => (x) => predictedNumbers(member, x, name)),
  };
};

/** The estimators, each with the columns it was fitted on, and the mean over them of what a method gives. */
function baggedOf(estimator: PyObject, build: (nested: PyObject) => Evaluator) {
  const members = buildMembers(estimator, 'estimators_', build);
  const nFeatures = nFeaturesIn(estimator);
  const columns = columnsOf(estimator, members, nFeatures);
  // scikit-learn divides by the parameter, not by the estimators there are.
  const count = number(estimator, 'n_estimators');
  if (!(count >= 1)) throw new ModelFileError(`${estimator.shortName}: n_estimators is ${count}`);
  const acceptsMissing = members.every((member) => member.acceptsMissing === true);
  const shape = { nFeatures, acceptsMissing };
  const mean = (width: number, method: (member: Evaluator) => (x: Table) => Matrix) => {
    const methods = members.map(method);
    return (x: Table): Matrix => {
      checkColumns(x, nFeatures);
      const out = newMatrix(x.rows, width);
      methods.forEach((answer, m) => addAnswer(answer, x, columns[m], out));
      for (let k = 0; k < out.data.length; k++) out.data[k] /= count;
      return out;
    };
  };
  return { shape, members, mean };
}

function columnsOf(estimator: PyObject, members: readonly Evaluator[], nFeatures: number): Int32Array[] {
  const columns = vectors(estimator, 'estimators_features_').map((list) => Int32Array.from(list));
  checkSize(estimator, 'estimators_features_', columns.length, members.length);
  columns.forEach((list, m) => {
    if (list.some((column) => column < 0 || column >= nFeatures)) {
      throw new ModelFileError(
        `${estimator.shortName}: estimators_features_ go beyond ${nFeatures} features`,
      );
    }
    const taken = members[m].nFeatures;
    if (taken >= 0) checkSize(estimator, 'estimators_features_', list.length, taken);
  });
  return columns;
}

function addAnswer(answer: (x: Table) => Matrix, x: Table, columns: Int32Array, out: Matrix): void {
  const all = columns.length === x.columns && columns.every((column, k) => column === k);
  try {
    const part = answer(all ? x : takeColumns(x, columns));
    if (part.columns !== out.columns)
      throw new ModelFileError('bagged estimators differ in the classes they know');
    for (let k = 0; k < out.data.length; k++) out.data[k] += part.data[k];
  } catch (error) {
    throw relocate(error, (k) => columns[k]);
  }
}

function spread(proba: Matrix, columns: Int32Array, width: number): Matrix {
  if (proba.columns === width) return proba;
  const out = newMatrix(proba.rows, width);
  for (let i = 0; i < proba.rows; i++) {
    columns.forEach((column, k) => (out.data[i * width + column] += proba.data[i * proba.columns + k]));
  }
  return out;
}

function oneHot(positions: Int32Array, width: number): Matrix {
  const out = newMatrix(positions.length, width);
  positions.forEach((position, i) => (out.data[i * width + position] = 1));
  return out;
}
