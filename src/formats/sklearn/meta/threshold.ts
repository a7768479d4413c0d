import { type Label, ModelFileError } from '../../../inference/model.js';
import { childObject, has, number, optional, refuse, requireOption, show } from '../../pickle/attributes.js';
import type { Evaluator, Table } from '../../../inference/tabular/evaluator.js';
import type { EvaluatorFactory } from '../../pickle/library.js';
import { takeLabels } from '../../../inference/numeric/numeric.js';
import { PyDict, PyFunction, type PyObject, type PyValue } from '../../pickle/values.js';

/** FixedThresholdClassifier: the positive class where the score reaches a threshold of the user's. */
export const fixedThreshold: EvaluatorFactory = (estimator, build) => {
  const member = build(childObject(estimator, has(estimator, 'estimator_') ? 'estimator_' : 'estimator'));
  const method = responseMethod(estimator, member);
  const auto = optional(estimator, 'threshold') === 'auto';
  const threshold = auto ? (method === 'predictProba' ? 0.5 : 0) : number(estimator, 'threshold');
  return thresholded(estimator, member, method, threshold, optional(estimator, 'pos_label'));
};

/** TunedThresholdClassifierCV: the positive class where the score reaches the threshold that scored best. */
export const tunedThreshold: EvaluatorFactory = (estimator, build) => {
  const member = build(childObject(estimator, 'estimator_'));
  const method = responseMethod(estimator, member);
  const positive = positiveOf(childObject(estimator, '_curve_scorer'));
  return thresholded(estimator, member, method, number(estimator, 'best_threshold_'), positive);
};

type Method = 'predictProba' | 'decisionFunction';

function responseMethod(estimator: PyObject, member: Evaluator): Method {
  const name = requireOption(estimator, 'response_method', ['auto', 'predict_proba', 'decision_function']);
  if (name === 'decision_function') return 'decisionFunction';
  return name === 'auto' && member.predictProba === undefined ? 'decisionFunction' : 'predictProba';
}

/** Scores whose positive class is 1 unless they are told another; the others take the second class. */
const POSITIVE_IS_ONE = new Set([
  'f1_score', 'fbeta_score', 'precision_score', 'recall_score', 'jaccard_score', 'precision_recall_fscore_support',
  'average_precision_score',
]); // prettier-ignore
const SECOND_IS_POSITIVE = new Set([
  'accuracy_score', 'balanced_accuracy_score', 'matthews_corrcoef', 'cohen_kappa_score', 'roc_auc_score',
  'brier_score_loss', 'log_loss', 'top_k_accuracy_score', 'hamming_loss', 'zero_one_loss',
]); // prettier-ignore

function positiveOf(scorer: PyObject): PyValue | undefined {
  const options = optional(scorer, '_kwargs');
  if (options instanceof PyDict) {
    const chosen = options.get('pos_label');
    if (chosen !== undefined) return chosen ?? undefined;
  }
  const score = optional(scorer, '_score_func');
  const name = score instanceof PyFunction ? score.name.slice(score.name.lastIndexOf('.') + 1) : '';
  if (POSITIVE_IS_ONE.has(name)) return 1;
  return SECOND_IS_POSITIVE.has(name) ? undefined : refuse(scorer, `score ${show(score ?? null)}`);
}

function thresholded(
  estimator: PyObject,
  member: Evaluator,
  method: Method,
  threshold: number,
  positiveLabel: PyValue | undefined,
): Evaluator {
  const { classes } = member;
  const scores = member[method];
  if (classes?.length !== 2 || scores === undefined) {
    throw new ModelFileError(
      `${estimator.shortName}: its estimator is not a classifier of two classes with ${method}`,
    );
  }
  const positive = positiveLabel === undefined ? 1 : classes.indexOf(positiveLabel as Label);
  if (positive < 0) throw new ModelFileError(`${estimator.shortName}: pos_label is not one of its classes`);
  const scoreOf = (x: Table): Float64Array => {
    const { columns, data } = scores(x);
    if (columns === 2) return data.filter((_, k) => k % 2 === positive);
    return positive === 1 ? data : data.map((value) => -value);
  };
  return {
    ...member,
    margin: undefined,
    predict: (x) => {
      const data = Int32Array.from(scoreOf(x), (score) => (score >= threshold ? positive : 1 - positive));
      return { rows: x.rows, columns: 1, data: takeLabels(classes, data) };
    },
  };
}
