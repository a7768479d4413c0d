import { childObject, labels, requireOption } from '../../pickle/attributes.js';
import { buildMembers } from '../ensembles/members.js';
import { needed, shapeOf, sideBySide } from '../../../inference/tabular/members.js';
import type { Evaluator, Matrix, Prediction, Table } from '../../../inference/tabular/evaluator.js';
import type { EvaluatorFactory } from '../../pickle/library.js';
import { newMatrix, takeLabels } from '../../../inference/numeric/numeric.js';
import { isSince } from '../version.js';
import { binaryScore, binaryThreshold, secondColumn } from './binary.js';

/** OneVsRestClassifier: an estimator a class; with several labels a row, the ones whose estimators say so. */
export const oneVsRestClassifier: EvaluatorFactory = (estimator, build) => {
  const members = buildMembers(estimator, 'estimators_', build);
  const binarizer = childObject(estimator, 'label_binarizer_');
  const type = requireOption(binarizer, 'y_type_', ['binary', 'multiclass', 'multilabel-indicator']);
  const classes = labels(binarizer, 'classes_');
  const name = estimator.shortName;
  const scores = members.map((member) => binaryScore(name, member));
  const matrixOf = (x: Table): Matrix =>
    sideBySide(
      scores.map((score) => ({ rows: x.rows, columns: 1, data: score(x) })),
      x.rows,
    );
  const positive = binaryThreshold(members[0]);
  const firstOfEqual = isSince(estimator, 1, 8);
  const isPositive = (x: Table): Matrix => {
    const out = matrixOf(x);
    return { ...out, data: out.data.map((score) => (score > positive ? 1 : 0)) };
  };
  const predictions: Record<typeof type, (x: Table) => Prediction> = {
    multiclass: (x) => largest(matrixOf(x), classes, firstOfEqual),
    binary: (x) => ({
      rows: x.rows,
      columns: 1,
      data: takeLabels(classes, Int32Array.from(isPositive(x).data)),
    }),
    'multilabel-indicator': isPositive,
  };
  return {
    ...shapeOf(estimator.shortName, members),
    classes,
    nOutputs: type === 'multilabel-indicator' ? members.length : 1,
    predict: predictions[type],
    ...probabilitiesOf(name, members, type === 'multilabel-indicator'),
    ...decisionsOf(name, members),
  };
};

/** The class of the largest score; of equal ones the first, or the last before scikit-learn 1.8. */
function largest(scores: Matrix, classes: Parameters<typeof takeLabels>[0], first: boolean): Prediction {
  const { rows, columns, data } = scores;
  const positions = new Int32Array(rows);
  for (let i = 0; i < rows; i++) {
    let best = 0;
    for (let k = 1; k < columns; k++) {
      const difference = data[i * columns + k] - data[i * columns + best];
      if (difference > 0 || (difference === 0 && !first)) best = k;
    }
    positions[i] = best;
  }
  return { rows, columns: 1, data: takeLabels(classes, positions) };
}

function probabilitiesOf(
  name: string,
  members: readonly Evaluator[],
  multilabel: boolean,
): Pick<Evaluator, 'predictProba'> {
  if (members.some(({ predictProba }) => predictProba === undefined)) return {};
  const methods = members.map((member) => needed(name, member, 'predictProba'));
  const columns = methods.length === 1 ? 2 : methods.length;
  return {
    predictProba: (x) => {
      const parts = methods.map((proba) => secondColumn(proba(x)));
      const out = newMatrix(x.rows, columns);
      for (let i = 0; i < x.rows; i++) {
        const at = i * columns;
        parts.forEach((part, k) => (out.data[at + (columns - methods.length) + k] = part[i]));
        if (methods.length === 1) out.data[at] = 1 - out.data[at + 1];
        if (!multilabel) divideBySum(out.data, at, columns);
      }
      return out;
    },
  };
}

function divideBySum(data: Float64Array, start: number, length: number): void {
  let sum = 0;
  for (let k = 0; k < length; k++) sum += data[start + k];
  if (sum !== 0) for (let k = 0; k < length; k++) data[start + k] /= sum;
}

function decisionsOf(name: string, members: readonly Evaluator[]): Pick<Evaluator, 'decisionFunction'> {
  if (members.some(({ decisionFunction }) => decisionFunction === undefined)) return {};
  const methods = members.map((member) => needed(name, member, 'decisionFunction'));
  return {
    decisionFunction: (x) =>
      sideBySide(
        methods.map((decide) => decide(x)),
        x.rows,
      ),
  };
}
