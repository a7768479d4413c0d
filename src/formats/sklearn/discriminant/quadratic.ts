import {
  attribute,
  checkSize,
  labels,
  matrices,
  matrix,
  toItems,
  vector,
  vectors,
} from '../../pickle/attributes.js';
import { isFloat32 } from '../../pickle/conversions.js';
import type { Evaluator, Matrix, Table } from '../../../inference/tabular/evaluator.js';
import { labelPrediction, newMatrix, numbersOf, softmax } from '../../../inference/numeric/numeric.js';
import type { PyObject } from '../../pickle/values.js';

/**
 * QuadraticDiscriminantAnalysis: log posteriors of a normal density a class, whose covariance is kept as rotations_
 * and scalings_. The decision function for two classes is the difference of their log posteriors.
 */
export function quadraticDiscriminantAnalysis(estimator: PyObject): Evaluator {
  const { nFeatures, logPosteriors } = posteriors(estimator);
  const classes = labels(estimator);
  return {
    nFeatures,
    classes,
    decisionFunction: (x) => {
      const scores = logPosteriors(x);
      return classes.length === 2 ? difference(scores) : scores;
    },
    predict: (x) => labelPrediction(logPosteriors(x), classes),
    predictProba: (x) => {
      const scores = logPosteriors(x);
      for (let i = 0; i < x.rows; i++) softmax(scores.data, i * scores.columns, scores.columns);
      return scores;
    },
  };
}

function difference({ rows, data }: Matrix): Matrix {
  return {
    rows,
    columns: 1,
    data: Float64Array.from({ length: rows }, (_, i) => data[2 * i + 1] - data[2 * i]),
  };
}

function posteriors(estimator: PyObject): { nFeatures: number; logPosteriors: (x: Table) => Matrix } {
  const means = matrix(estimator, 'means_');
  const { rows: count, columns: nFeatures } = means;
  const rotations = matrices(estimator, 'rotations_');
  const scalings = vectors(estimator, 'scalings_');
  checkSize(estimator, 'classes_', labels(estimator).length, count);
  checkSize(estimator, 'rotations_', rotations.length, count);
  checkSize(estimator, 'scalings_', scalings.length, count);
  rotations.forEach((rotation, k) => {
    checkSize(estimator, `rotations_[${k}]`, rotation.rows, nFeatures, 'rows');
    checkSize(estimator, `scalings_[${k}]`, scalings[k].length, rotation.columns);
  });
  // Fitted on float32 rows, the two are kept, and combined, in float32.
  const inFloat32 = (toItems(attribute(estimator, 'scalings_')) ?? []).some(isFloat32);
  const rounded = inFloat32 ? Math.fround : (value: number) => value;
  const constants = vector(estimator, 'priors_', count).map((prior, k) => {
    const sum = scalings[k].reduce((total, scaling) => rounded(total + rounded(Math.log(scaling))), 0);
    return Math.log(prior) - 0.5 * sum;
  });
  const whitenings = rotations.map(({ columns, data }, k) =>
    data.map((value, at) => rounded(value * rounded(scalings[k][at % columns] ** -0.5))),
  );
  const logPosteriors = (x: Table): Matrix => {
    const numbers = numbersOf(x, nFeatures);
    const out = newMatrix(x.rows, count);
    for (let i = 0; i < x.rows; i++) {
      for (let k = 0; k < count; k++) {
        const directions = scalings[k].length;
        let norm = 0;
        for (let d = 0; d < directions; d++) {
          let projected = 0;
          for (let j = 0; j < nFeatures; j++) {
            const centred = numbers[i * nFeatures + j] - means.data[k * nFeatures + j];
            projected += centred * whitenings[k][j * directions + d];
          }
          norm += projected * projected;
        }
        out.data[i * count + k] = constants[k] - 0.5 * norm;
      }
    }
    return out;
  };
  return { nFeatures, logPosteriors };
}
