import {
  attribute,
  checkSize,
  flag,
  has,
  labels,
  requireOption,
  toItems,
  vector,
} from '../../pickle/attributes.js';
import type { EvaluatorFactory } from '../../pickle/library.js';
import type { Matrix, Table } from '../../../inference/tabular/evaluator.js';
import { newMatrix } from '../../../inference/numeric/numeric.js';
import { tableOf } from '../../../inference/tabular/tables.js';
import type { PyObject } from '../../pickle/values.js';
import { buildMembers } from './members.js';
import {
  labelsOfLargest,
  needed,
  predictedNumbers,
  shapeOf,
  sideBySide,
} from '../../../inference/tabular/members.js';

/** VotingClassifier: the class of most votes (hard), or of the largest mean probability (soft). */
export const votingClassifier: EvaluatorFactory = (estimator, build) => {
  const members = buildMembers(estimator, 'estimators_', build);
  const classes = labels(estimator);
  const weights = weightsOf(estimator, members.length);
  const shape = shapeOf(estimator.shortName, members);
  const name = estimator.shortName;
  if (requireOption(estimator, 'voting', ['hard', 'soft']) === 'hard') {
    const votes = (x: Table): Matrix =>
      sideBySide(
        members.map((m) => predictedNumbers(m, x, name)),
        x.rows,
      );
    return {
      ...shape,
      classes,
      predict: (x) => labelsOfLargest(countVotes(votes(x), weights, classes.length), classes),
      transform: (x) => asTable(votes(x)),
    };
  }
  const methods = members.map((member) => needed(name, member, 'predictProba'));
  const probabilities = (x: Table): Matrix =>
    weightedMean(
      methods.map((proba) => proba(x)),
      weights,
    );
  return {
    ...shape,
    classes,
    predict: (x) => labelsOfLargest(probabilities(x), classes),
    predictProba: probabilities,
    // Not flattened, scikit-learn's answer has three dimensions, which a table has not.
    ...(flag(estimator, 'flatten_transform', true) && {
      transform: (x: Table) =>
        asTable(
          sideBySide(
            methods.map((proba) => proba(x)),
            x.rows,
          ),
        ),
    }),
  };
};

/** VotingRegressor: the weighted mean of the estimators' values. */
export const votingRegressor: EvaluatorFactory = (estimator, build) => {
  const members = buildMembers(estimator, 'estimators_', build);
  const weights = weightsOf(estimator, members.length);
  const shape = shapeOf(estimator.shortName, members);
  const name = estimator.shortName;
  const values = (x: Table): Matrix[] => members.map((member) => predictedNumbers(member, x, name));
  return {
    ...shape,
    predict: (x) => weightedMean(values(x), weights),
    transform: (x) => asTable(sideBySide(values(x), x.rows)),
  };
};

const asTable = ({ rows, columns, data }: Matrix): Table => tableOf(rows, columns, data);

/** The weights of the estimators that were not dropped; ones where there are none. */
function weightsOf(estimator: PyObject, members: number): Float64Array {
  if (!has(estimator, 'weights')) return new Float64Array(members).fill(1);
  const given = toItems(attribute(estimator, 'estimators')) ?? [];
  const all = vector(estimator, 'weights', given.length);
  const kept = all.filter((_, k) => {
    const nested = toItems(given[k])?.[1];
    return nested !== 'drop' && nested !== null;
  });
  checkSize(estimator, 'weights', kept.length, members);
  return kept;
}

function countVotes(votes: Matrix, weights: Float64Array, nClasses: number): Matrix {
  const out = newMatrix(votes.rows, nClasses);
  for (let i = 0; i < votes.rows; i++) {
    for (let m = 0; m < votes.columns; m++) {
      const position = votes.data[i * votes.columns + m];
      if (position < nClasses) out.data[i * nClasses + position] += weights[m];
    }
  }
  return out;
}

function weightedMean(parts: readonly Matrix[], weights: Float64Array): Matrix {
  const out = newMatrix(parts[0].rows, parts[0].columns);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  parts.forEach(({ data }, m) => {
    for (let k = 0; k < out.data.length; k++) out.data[k] += data[k] * weights[m];
  });
  for (let k = 0; k < out.data.length; k++) out.data[k] /= total;
  return out;
}
