import { requireOption, string } from '../../pickle/attributes.js';
import type { Evaluator } from '../../../inference/tabular/evaluator.js';
import type { PyObject } from '../../pickle/values.js';
import { isSince } from '../version.js';
import {
  logisticProbabilities,
  modifiedHuberProbabilities,
  multinomialProbabilities,
} from '../../../inference/numeric/probabilities.js';
import { classScores, scoreClassifier } from './scores.js';

/**
 * LogisticRegression and LogisticRegressionCV. Whether probabilities are one-vs-rest or a softmax hangs on
 * multi_class: "ovr" and "multinomial" say so; "auto" (0.20 on) and "deprecated" (1.5 on) mean one-vs-rest for two
 * classes, liblinear or, before 1.6, newton-cholesky; 1.8 dropped the option and with it liblinear for more classes.
 */
export function logisticRegression(estimator: PyObject): Evaluator {
  const multiClass = requireOption(
    estimator,
    'multi_class',
    ['ovr', 'warn', 'multinomial', 'auto', 'deprecated'],
    'deprecated',
  );
  const scores = classScores(estimator);
  const solver = string(estimator, 'solver', 'lbfgs');
  const binaryOnly = solver === 'liblinear' || (solver === 'newton-cholesky' && !isSince(estimator, 1, 6));
  const automatic = multiClass === 'auto' || multiClass === 'deprecated';
  const oneVsRest = automatic ? scores.classes.length <= 2 || binaryOnly : multiClass !== 'multinomial';
  const uniform = isSince(estimator, 1, 9);
  return {
    ...scoreClassifier(scores, scores.classes),
    probabilitiesByRow: true,
    predictProba: oneVsRest
      ? (x) => logisticProbabilities(scores.of(x), uniform)
      : (x) => multinomialProbabilities(scores.of(x)),
  };
}

/** The losses of SGDClassifier; "log" is the name of log_loss before 1.1. Only two of them give probabilities. */
const SGD_LOSSES = [
  'log', 'log_loss', 'modified_huber', 'hinge', 'squared_hinge', 'perceptron', 'squared_error', 'squared_loss',
  'huber', 'epsilon_insensitive', 'squared_epsilon_insensitive',
] as const; // prettier-ignore

/** SGDClassifier: probabilities for log_loss and modified_huber, none for the other losses. */
export function sgdClassifier(estimator: PyObject): Evaluator {
  const loss = requireOption(estimator, 'loss', SGD_LOSSES);
  const scores = classScores(estimator);
  const classifier = scoreClassifier(scores, scores.classes);
  if (loss === 'log' || loss === 'log_loss') {
    const uniform = isSince(estimator, 1, 9);
    return { ...classifier, predictProba: (x) => logisticProbabilities(scores.of(x), uniform) };
  }
  if (loss === 'modified_huber') {
    return { ...classifier, predictProba: (x) => modifiedHuberProbabilities(scores.of(x)) };
  }
  return classifier;
}
