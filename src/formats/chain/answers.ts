/** What is done with the answers of a chain's last step: labels, a threshold, a target that was scaled. */
import { type Label, ModelFileError } from '../../inference/model.js';
import { takeLabels } from '../../inference/numeric/numeric.js';
import type { Evaluator, Prediction, Table } from '../../inference/tabular/evaluator.js';
import type { PyObject } from '../pickle/values.js';
import { refuse } from '../pickle/attributes.js';
import { traitsOf } from '../pickled-libraries.js';
import { isCountOfClasses } from './arrange.js';

/** The labels instead of the numbers 0, 1, … that the model was fitted on. @throws ModelFileError where it was not */
export function withLabels(evaluator: Evaluator, labels: readonly Label[]): Evaluator {
  const { classes, predict } = evaluator;
  if (!isCountOfClasses(classes, labels.length)) {
    const found = classes === undefined ? 'no classes' : `the classes ${classes.slice(0, 10).join(', ')}`;
    throw new ModelFileError(`${labels.length} labels were given for a model that has ${found}`);
  }
  return {
    ...evaluator,
    classes: labels,
    predict: (x) => {
      const { rows, columns, data } = predict!(x);
      return { rows, columns, data: takeLabels(labels, Int32Array.from(data as ArrayLike<Label>, Number)) };
    },
  };
}

/** Predicts the second of two classes where its probability is at least the threshold. */
export function withThreshold(evaluator: Evaluator, threshold: number): Evaluator {
  const { classes, predictProba } = evaluator;
  if (classes?.length !== 2 || predictProba === undefined)
    throw new ModelFileError('a threshold needs a classifier of two classes that gives probabilities');
  const predict = (x: Table): Prediction => {
    const { rows, data } = predictProba(x);
    const positions = Int32Array.from({ length: rows }, (_, i) => +(data[2 * i + 1] >= threshold));
    return { rows, columns: 1, data: takeLabels(classes, positions) };
  };
  return { ...evaluator, predict };
}

/** Predicted numbers as they were before the target was scaled. */
export function withTarget(evaluator: Evaluator, scaler: PyObject): Evaluator {
  const { predict, classes } = evaluator;
  if (predict === undefined || classes !== undefined)
    throw new ModelFileError('a scaler of the target needs a model that predicts numbers');
  const inverse = traitsOf(scaler).inverse?.(scaler) ?? refuse(scaler, 'its inverse on a target');
  return {
    ...evaluator,
    predict: (x) => {
      const { rows, columns, data } = predict(x);
      return {
        rows,
        columns,
        data: Float64Array.from(data as ArrayLike<number>, (value, k) => inverse(value, k % columns)),
      };
    },
  };
}
