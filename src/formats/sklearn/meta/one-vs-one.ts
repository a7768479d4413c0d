import { ModelFileError } from '../../../inference/model.js';
import { checkSize, has, labels, matrix, refuse } from '../../pickle/attributes.js';
import { buildMembers } from '../ensembles/members.js';
import { predictedNumbers, shapeOf } from '../../../inference/tabular/members.js';
import type { EvaluatorFactory } from '../../pickle/library.js';
import type { Matrix, Table } from '../../../inference/tabular/evaluator.js';
import { argmax, labelPrediction, newMatrix, takeLabels } from '../../../inference/numeric/numeric.js';
import { isSince } from '../version.js';
import { binaryScore, binaryThreshold } from './binary.js';

/** OneVsOneClassifier: an estimator a pair of classes; their votes, ties broken by their confidence. */
export const oneVsOneClassifier: EvaluatorFactory = (estimator, build) => {
  if (has(estimator, 'pairwise_indices_')) return refuse(estimator, 'a precomputed kernel');
  const members = buildMembers(estimator, 'estimators_', build);
  const classes = labels(estimator);
  const k = classes.length;
  checkSize(estimator, 'estimators_', members.length, (k * (k - 1)) / 2, 'estimators');
  const name = estimator.shortName;
  const scores = members.map((member) => binaryScore(name, member));
  const decisions = (x: Table): Matrix => {
    const votes = newMatrix(x.rows, k);
    const confidence = newMatrix(x.rows, k);
    let m = 0;
    for (let first = 0; first < k; first++) {
      for (let second = first + 1; second < k; second++, m++) {
        const labelled = predictedNumbers(members[m], x, name).data;
        const score = scores[m](x);
        for (let i = 0; i < x.rows; i++) {
          confidence.data[i * k + first] -= score[i];
          confidence.data[i * k + second] += score[i];
          if (labelled[i] === 0) votes.data[i * k + first]++;
          else if (labelled[i] === 1) votes.data[i * k + second]++;
        }
      }
    }
    for (let at = 0; at < votes.data.length; at++) {
      const sum = confidence.data[at];
      votes.data[at] += sum / (3 * (Math.abs(sum) + 1));
    }
    if (k !== 2) return votes;
    return { rows: x.rows, columns: 1, data: votes.data.filter((_, at) => at % 2 === 1) };
  };
  // Of two classes, the threshold was 0 whatever the estimator before 1.0.
  const threshold = isSince(estimator, 1, 0) ? binaryThreshold(members[0]) : 0;
  return {
    ...shapeOf(estimator.shortName, members),
    classes,
    predict: (x) => labelPrediction(decisions(x), classes, threshold),
    decisionFunction: decisions,
  };
};

/** OutputCodeClassifier: the class whose code is nearest to the estimators' scores. */
export const outputCodeClassifier: EvaluatorFactory = (estimator, build) => {
  const members = buildMembers(estimator, 'estimators_', build);
  const classes = labels(estimator);
  const codes = matrix(estimator, 'code_book_', members.length, classes.length);
  if (members.length === 0) throw new ModelFileError(`${estimator.shortName}: it has no estimators`);
  const name = estimator.shortName;
  const scores = members.map((member) => binaryScore(name, member));
  return {
    ...shapeOf(estimator.shortName, members),
    classes,
    predict: (x) => {
      const given = scores.map((score) => score(x));
      const positions = new Int32Array(x.rows);
      const nearness = new Float64Array(classes.length);
      for (let i = 0; i < x.rows; i++) {
        for (let c = 0; c < classes.length; c++) {
          // |y - code|² but for |y|², negated.
          let sum = 0;
          for (let m = 0; m < members.length; m++) {
            const code = codes.data[c * members.length + m];
            sum += code * (2 * given[m][i] - code);
          }
          nearness[c] = sum;
        }
        positions[i] = argmax(nearness, 0, classes.length);
      }
      return { rows: x.rows, columns: 1, data: takeLabels(classes, positions) };
    },
  };
};
