import { childObject, labels, string } from '../../pickle/attributes.js';
import type { Evaluator } from '../../../inference/tabular/evaluator.js';
import type { PyObject } from '../../pickle/values.js';
import { isSince } from '../version.js';
import { classScores, linearScores, scoreClassifier } from './scores.js';

/** Classifiers that give scores and labels but no probabilities: LinearSVC, Perceptron, PassiveAggressiveClassifier. */
export function linearClassifier(estimator: PyObject): Evaluator {
  const scores = classScores(estimator);
  return scoreClassifier(scores, scores.classes);
}

/**
 * RidgeClassifier and its CV form, whose labels are those of a LabelBinarizer. Several labels a row are one column
 * each; before 1.0 scikit-learn took the best of them for the class.
 */
export function ridgeClassifier(estimator: PyObject): Evaluator {
  const binarizer = childObject(estimator, '_label_binarizer');
  const classes = labels(binarizer);
  const scores = linearScores(estimator);
  const severalLabels = string(binarizer, 'y_type_').startsWith('multilabel') && isSince(estimator, 1, 0);
  if (!severalLabels) return scoreClassifier(scores, classes);
  return {
    nFeatures: scores.nFeatures,
    classes,
    nOutputs: scores.outputs,
    decisionFunction: scores.of,
    predict: (x) => {
      const { rows, columns, data } = scores.of(x);
      return { rows, columns, data: data.map((score) => (score > 0 ? 1 : 0)) };
    },
  };
}
