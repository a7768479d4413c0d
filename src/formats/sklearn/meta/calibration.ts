import { type Label, ModelFileError } from '../../../inference/model.js';
import {
  childObject,
  childObjects,
  has,
  labels,
  number,
  refuse,
  requireOption,
} from '../../pickle/attributes.js';
import type { Evaluator, Matrix, Table } from '../../../inference/tabular/evaluator.js';
import type { EvaluatorFactory } from '../../pickle/library.js';
import { labelsOfLargest, shapeOf } from '../../../inference/tabular/members.js';
import { expit, newMatrix, softmax } from '../../../inference/numeric/numeric.js';
import type { PyObject } from '../../pickle/values.js';
import { isotonicFunction } from './isotonic.js';

/** What scikit-learn adds to a probability before it takes the logarithm. */
const LOG_MARGIN = 1e-12;

type Calibrated = (x: Table) => Matrix;

/** CalibratedClassifierCV: the mean of the calibrated classifiers' probabilities. */
export const calibratedClassifier: EvaluatorFactory = (estimator, build) => {
  const classes = labels(estimator);
  const members: Evaluator[] = [];
  const calibrated: Calibrated[] = [];
  for (const pair of childObjects(estimator, 'calibrated_classifiers_')) {
    const member = build(childObject(pair, has(pair, 'estimator') ? 'estimator' : 'base_estimator'));
    members.push(member);
    calibrated.push(calibratedOf(pair, member, classes));
  }
  if (members.length === 0)
    throw new ModelFileError(`${estimator.shortName}: calibrated_classifiers_ is empty`);
  const shape = shapeOf(estimator.shortName, members);
  const probabilities = (x: Table): Matrix => {
    const out = newMatrix(x.rows, classes.length);
    for (const proba of calibrated) {
      const { data } = proba(x);
      for (let k = 0; k < data.length; k++) out.data[k] += data[k];
    }
    for (let k = 0; k < out.data.length; k++) out.data[k] /= calibrated.length;
    return out;
  };
  return {
    ...shape,
    classes,
    predict: (x) => labelsOfLargest(probabilities(x), classes),
    predictProba: probabilities,
  };
};

/** One classifier with a calibrator for each of its columns (calibrators_ before 0.24). */
function calibratedOf(pair: PyObject, member: Evaluator, classes: readonly Label[]): Calibrated {
  const method = requireOption(pair, 'method', ['sigmoid', 'isotonic', 'temperature']);
  const calibrators = childObjects(pair, has(pair, 'calibrators') ? 'calibrators' : 'calibrators_');
  if (method === 'temperature') return temperatureScaled(pair, calibrators, member, classes.length);
  const scores = scoresOf(pair, member);
  const functions = calibrators.map((calibrator) =>
    method === 'isotonic' ? isotonicFunction(calibrator) : sigmoidFunction(calibrator),
  );
  const columns = (member.classes ?? []).map((label) => classes.indexOf(label));
  if (columns.length === 0 || columns.some((column) => column < 0)) {
    throw new ModelFileError(`${pair.shortName}: the classes of its estimator are not among its own`);
  }
  return (x) => columnwise(scores(x), functions, columns, classes.length);
}

/** Decision values where the classifier has them, else probabilities; of two classes those of the second. */
function scoresOf(pair: PyObject, { decisionFunction, predictProba, classes }: Evaluator): Calibrated {
  if (decisionFunction !== undefined) return decisionFunction;
  if (predictProba === undefined)
    return refuse(pair, 'an estimator without decision function and probabilities');
  if (classes?.length !== 2) return predictProba;
  return (x) => {
    const { rows, data } = predictProba(x);
    return { rows, columns: 1, data: data.filter((_, k) => k % 2 === 1) };
  };
}

function sigmoidFunction(calibrator: PyObject): (score: number) => number {
  const a = number(calibrator, 'a_');
  const b = number(calibrator, 'b_');
  return (score) => expit(-(a * score + b));
}

function columnwise(
  scores: Matrix,
  functions: readonly ((score: number) => number)[],
  columns: readonly number[],
  nClasses: number,
): Matrix {
  const out = newMatrix(scores.rows, nClasses);
  const used = Math.min(functions.length, columns.length, scores.columns);
  for (let i = 0; i < scores.rows; i++) {
    const at = i * nClasses;
    for (let k = 0; k < used; k++) {
      const column = nClasses === 2 ? columns[k] + 1 : columns[k];
      if (column < nClasses) out.data[at + column] = functions[k](scores.data[i * scores.columns + k]);
    }
    if (nClasses === 2) out.data[at] = 1 - out.data[at + 1];
    else shareOut(out.data, at, nClasses);
    for (let k = at; k < at + nClasses; k++) if (out.data[k] > 1 && out.data[k] <= 1 + 1e-5) out.data[k] = 1;
  }
  return out;
}

/** Divides the row by its sum; a row of zeros becomes equal shares. */
function shareOut(data: Float64Array, start: number, length: number): void {
  let sum = 0;
  for (let k = start; k < start + length; k++) sum += data[k];
  for (let k = start; k < start + length; k++) data[k] = sum === 0 ? 1 / length : data[k] / sum;
}

/** softmax(beta · logits): decision values are logits as they stand, probabilities by their logarithm. */
function temperatureScaled(
  pair: PyObject,
  calibrators: readonly PyObject[],
  member: Evaluator,
  nClasses: number,
): Calibrated {
  if (calibrators.length !== 1)
    throw new ModelFileError(`${pair.shortName}: calibrators is not one of a temperature`);
  const beta = number(calibrators[0], 'beta_');
  const name = pair.shortName;
  const logits = logitsOf(pair, member);
  return (x) => {
    const out = logits(x);
    if (out.columns !== nClasses)
      throw new ModelFileError(`${name}: its estimator does not score every class`);
    for (let i = 0; i < out.rows; i++) {
      for (let k = 0; k < nClasses; k++) out.data[i * nClasses + k] *= beta;
      softmax(out.data, i * nClasses, nClasses);
    }
    return out;
  };
}

function logitsOf(pair: PyObject, { decisionFunction, predictProba }: Evaluator): Calibrated {
  if (decisionFunction === undefined) {
    if (predictProba === undefined)
      return refuse(pair, 'an estimator without decision function and probabilities');
    return (x) => {
      const { rows, columns, data } = predictProba(x);
      return { rows, columns, data: data.map((p) => Math.log(p + LOG_MARGIN)) };
    };
  }
  return (x) => {
    const { rows, columns, data } = decisionFunction(x);
    if (columns > 1) return { rows, columns, data: data.slice() };
    const out = newMatrix(rows, 2);
    data.forEach((value, i) => out.data.set([-value, value], 2 * i));
    return out;
  };
}
