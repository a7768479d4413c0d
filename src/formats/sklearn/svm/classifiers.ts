import {
  checkSize,
  flag,
  has,
  indices,
  labels,
  optional,
  requireOption,
  vector,
} from '../../pickle/attributes.js';
import type { Evaluator, Matrix, Prediction, Table } from '../../../inference/tabular/evaluator.js';
import { argmax, expit, newMatrix, takeLabels } from '../../../inference/numeric/numeric.js';
import type { PyObject } from '../../pickle/values.js';
import { PairwiseCoupling } from '../../../inference/numeric/pairwise-coupling.js';
import { machineOf } from './machine.js';

/** One column for each pair of classes i < j: above zero for class i. */
type PairwiseScores = (x: Table) => Matrix;

/** SVC and NuSVC. Probabilities, where fitted with them, may disagree with `predict`, as they do in scikit-learn. */
export function supportVectorClassifier(estimator: PyObject): Evaluator {
  const classes = labels(estimator);
  const k = classes.length;
  const { shape: sized, scores } = pairwiseScores(estimator, k);
  const shape = requireOption(estimator, 'decision_function_shape', ['ovr', 'ovo'], 'ovr');
  const oneVsRest = shape === 'ovr' && k > 2;
  const breakTies = flag(estimator, 'break_ties', false) && oneVsRest;
  const choose = breakTies
    ? (s: Matrix) => chooseByScore(oneVsRestScores(s, k))
    : (s: Matrix) => chooseByVotes(s, k);
  const classifier: Evaluator = {
    ...sized,
    classes,
    decisionFunction: (x) => {
      const pairs = scores(x);
      if (k === 2) return { ...pairs, data: pairs.data.map((score) => -score) };
      return oneVsRest ? oneVsRestScores(pairs, k) : pairs;
    },
    predict: (x): Prediction => ({ rows: x.rows, columns: 1, data: takeLabels(classes, choose(scores(x))) }),
  };
  if (optional(estimator, 'probability') !== true) return classifier;
  return { ...classifier, predictProba: probabilities(estimator, k, scores) };
}

function pairwiseScores(estimator: PyObject, k: number) {
  const pairs = (k * (k - 1)) / 2;
  const { nFeatures, vectors, coefficients, intercepts, kernelRow, takesSparse } = machineOf(
    estimator,
    k - 1,
    pairs,
  );
  const counts = indices(estimator, has(estimator, '_n_support') ? '_n_support' : 'n_support_');
  checkSize(estimator, 'n_support_', counts.length, k);
  const starts = new Int32Array(k + 1);
  for (let i = 0; i < k; i++) starts[i + 1] = starts[i] + counts[i];
  checkSize(estimator, 'support_vectors_', vectors, starts[k], 'rows');
  const scores: PairwiseScores = (x) => {
    const kernels = new Float64Array(vectors);
    const out = newMatrix(x.rows, pairs);
    for (let row = 0; row < x.rows; row++) {
      kernelRow(x, row, kernels);
      for (let i = 0, pair = 0; i < k; i++) {
        for (let j = i + 1; j < k; j++, pair++) {
          let sum = 0;
          for (let v = starts[i]; v < starts[i + 1]; v++)
            sum += coefficients[(j - 1) * vectors + v] * kernels[v];
          for (let v = starts[j]; v < starts[j + 1]; v++) sum += coefficients[i * vectors + v] * kernels[v];
          out.data[row * pairs + pair] = sum + intercepts[pair];
        }
      }
    }
    return out;
  };
  return { shape: { nFeatures, takesSparse }, scores };
}

/** libsvm's rule: the class that most pairs vote for, the first of equals; a score of zero votes for the second. */
function chooseByVotes({ rows, columns, data }: Matrix, k: number): Int32Array {
  const chosen = new Int32Array(rows);
  const votes = new Float64Array(k);
  for (let row = 0; row < rows; row++) {
    votes.fill(0);
    for (let i = 0, pair = row * columns; i < k; i++) {
      for (let j = i + 1; j < k; j++, pair++) votes[data[pair] > 0 ? i : j]++;
    }
    chosen[row] = argmax(votes, 0, k);
  }
  return chosen;
}

function chooseByScore({ rows, columns, data }: Matrix): Int32Array {
  return Int32Array.from({ length: rows }, (_, row) => argmax(data, row * columns, columns));
}

/** One column a class: its votes, and within a third of a vote the sum of its scores. */
export function oneVsRestScores({ rows, columns, data }: Matrix, k: number): Matrix {
  const out = newMatrix(rows, k);
  const confidences = new Float64Array(k);
  for (let row = 0; row < rows; row++) {
    confidences.fill(0);
    const start = row * k;
    for (let i = 0, pair = row * columns; i < k; i++) {
      for (let j = i + 1; j < k; j++, pair++) {
        confidences[i] += data[pair];
        confidences[j] -= data[pair];
        out.data[start + (data[pair] < 0 ? j : i)]++;
      }
    }
    for (let i = 0; i < k; i++) out.data[start + i] += confidences[i] / (3 * (Math.abs(confidences[i]) + 1));
  }
  return out;
}

function probabilities(estimator: PyObject, k: number, scores: PairwiseScores): (x: Table) => Matrix {
  const pairs = (k * (k - 1)) / 2;
  // probA_ and probB_ before 0.23.
  const a = vector(estimator, has(estimator, '_probA') ? '_probA' : 'probA_', pairs);
  const b = vector(estimator, has(estimator, '_probB') ? '_probB' : 'probB_', pairs);
  return (x) => {
    const { rows, data } = scores(x);
    const out = newMatrix(rows, k);
    const coupling = new PairwiseCoupling(k);
    for (let row = 0; row < rows; row++) {
      for (let i = 0, pair = 0; i < k; i++) {
        for (let j = i + 1; j < k; j++, pair++) {
          coupling.setPair(i, j, expit(-(data[row * pairs + pair] * a[pair] + b[pair])));
        }
      }
      coupling.solve(out.data, row * k);
    }
    return out;
  };
}
