import { ModelInputError, type Label, ModelFileError } from '../../../inference/model.js';
import {
  attribute,
  checkSize,
  has,
  labelLists,
  matrix,
  optional,
  toLabels,
} from '../../pickle/attributes.js';
import { sideBySide } from '../../../inference/tabular/members.js';
import type { Evaluator, Matrix, Prediction, Table } from '../../../inference/tabular/evaluator.js';
import { argmax, newMatrix, normalise } from '../../../inference/numeric/numeric.js';
import { PyList, PyTuple, NdArray, type PyObject } from '../../pickle/values.js';
import { nearestNeighborhoods, radiusNeighborhoods, type Neighborhoods } from './neighborhoods.js';
import { isSince } from '../version.js';

/** The classes of each target, and the class of every training row in each. */
interface Targets {
  readonly classes: readonly Label[][];
  readonly codes: Int32Array;
}

/** What rows without a neighbour get: in `predict` a label a target, in probabilities a column (-1 for none). */
interface Outliers {
  readonly labels: readonly Label[];
  readonly columns: readonly number[];
}

/** KNeighborsClassifier. With several targets their probabilities stand side by side, where scikit-learn gives a list. */
export function kNeighborsClassifier(estimator: PyObject): Evaluator {
  const neighborhoods = nearestNeighborhoods(estimator);
  return classifier(neighborhoods, targetsOf(estimator, neighborhoods.search.samples.rows));
}

/** RadiusNeighborsClassifier. A row without a neighbour gets outlier_label, or is rejected if that is None. */
export function radiusNeighborsClassifier(estimator: PyObject): Evaluator {
  const neighborhoods = radiusNeighborhoods(estimator);
  const targets = targetsOf(estimator, neighborhoods.search.samples.rows);
  return classifier(neighborhoods, targets, outliersOf(estimator, targets, neighborhoods));
}

function classifier(
  neighborhoods: Neighborhoods,
  { classes, codes }: Targets,
  outliers?: Outliers,
): Evaluator {
  const outputs = classes.length;
  const { samples, metric } = neighborhoods.search;
  const votesOf = (x: Table): Matrix[] => {
    const votes = classes.map((labels) => newMatrix(x.rows, labels.length));
    neighborhoods.visit(x, (row, { samples: nearest, weights, count }) => {
      if (count === 0) return castOutlierVotes(row, votes, outliers);
      for (let k = 0; k < count; k++) {
        for (let t = 0; t < outputs; t++) {
          votes[t].data[row * votes[t].columns + codes[nearest[k] * outputs + t]] += weights[k];
        }
      }
    });
    for (const { rows, columns, data } of votes) {
      for (let row = 0; row < rows; row++) normalise(data, row * columns, columns);
    }
    return votes;
  };
  return {
    nFeatures: samples.columns,
    nOutputs: outputs,
    acceptsMissing: metric.acceptsMissing,
    ...(outputs === 1 && { classes: classes[0] }),
    predict: (x) => decide(votesOf(x), classes, outliers),
    predictProba: (x) => (outputs === 1 ? votesOf(x)[0] : sideBySide(votesOf(x), x.rows)),
  };
}

function castOutlierVotes(row: number, votes: readonly Matrix[], outliers: Outliers | undefined): void {
  if (outliers === undefined) {
    throw new ModelInputError(
      'no training row is within the radius, and the model has no outlier_label',
      row,
    );
  }
  votes.forEach(({ columns, data }, t) => {
    if (outliers.columns[t] >= 0) data[row * columns + outliers.columns[t]] = 1;
  });
}

/** The class with most votes in each target, the first of equals; without any vote the outliers' label. */
function decide(
  votes: readonly Matrix[],
  classes: readonly Label[][],
  outliers: Outliers | undefined,
): Prediction {
  const { rows } = votes[0];
  const columns = votes.length;
  const data: Label[] = [];
  for (let row = 0; row < rows; row++) {
    for (let t = 0; t < columns; t++) {
      const { columns: width, data: shares } = votes[t];
      const best = argmax(shares, row * width, width);
      const voted = outliers === undefined || shares[row * width + best] !== 0;
      data.push(voted ? classes[t][best] : outliers.labels[t]);
    }
  }
  const numeric = data.every((label) => typeof label === 'number');
  return { rows, columns, data: numeric ? Float64Array.from(data) : data };
}

function targetsOf(estimator: PyObject, rows: number): Targets {
  const classes = labelLists(estimator);
  const codes = Int32Array.from(matrix(estimator, '_y').data);
  checkSize(estimator, '_y', codes.length, rows * classes.length);
  if (!codes.every((code, i) => code >= 0 && code < classes[i % classes.length].length)) {
    throw new ModelFileError(`${estimator.shortName}: _y holds classes that classes_ has not`);
  }
  return { classes, codes };
}

/** Metrics for which scikit-learn 1.4 on counts the votes within a radius in code of their own. */
const CLASS_MODE_METRICS: ReadonlySet<unknown> = new Set([
  'manhattan', 'cityblock', 'l1', 'l2', 'chebyshev', 'infinity', 'minkowski', 'p', 'seuclidean', 'canberra',
  'braycurtis', 'haversine',
]); // prettier-ignore

function outliersOf(
  estimator: PyObject,
  { classes }: Targets,
  { search, weighting }: Neighborhoods,
): Outliers | undefined {
  if (!has(estimator, 'outlier_label_')) return undefined;
  const value = attribute(estimator, 'outlier_label_');
  const labels =
    (value instanceof PyList || value instanceof PyTuple || value instanceof NdArray) && toLabels(value);
  if (!labels || labels.length !== classes.length) {
    throw new ModelFileError(`${estimator.shortName}: outlier_label_ is not one label a target`);
  }
  const classMode =
    search.holdsDoubles && weighting === 'uniform' && classes.length === 1 && isSince(estimator, 1, 4) &&
    !has(estimator, 'feature_names_in_') && CLASS_MODE_METRICS.has(optional(estimator, 'effective_metric_')); // prettier-ignore
  if (!classMode) return { labels, columns: classes.map((own, t) => own.indexOf(labels[t])) };
  // That code takes the label for a class's number; its answers are to be equalled, so it is taken for one here too.
  const asked = optional(estimator, 'outlier_label');
  return { labels, columns: [typeof asked === 'number' && asked in classes[0] ? asked : -1] };
}
