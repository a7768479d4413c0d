import {
  attribute, checkSize, labelLists, matrix, nFeaturesIn, numberOr, refuse, requireOption, toLabels, vector,
  vectors,
} from '../../pickle/attributes.js'; // prettier-ignore
import type { Label } from '../../../inference/model.js';
import type { EvaluatorFactory } from '../../pickle/library.js';
import type { Matrix, Table } from '../../../inference/tabular/evaluator.js';
import { argmax, newMatrix, takeLabels } from '../../../inference/numeric/numeric.js';
import { interleave } from '../../../inference/trees/outputs.js';
import { NdArray, type PyObject, type PyValue } from '../../pickle/values.js';

/** DummyClassifier: the same answer for every row, whatever it holds. What is drawn at random is refused. */
export const dummyClassifier: EvaluatorFactory = (estimator) => {
  const strategy = requireOption(estimator, '_strategy', ['most_frequent', 'prior', 'constant']);
  const classes = labelLists(estimator);
  const priors = priorsOf(estimator, classes.length);
  const constants = strategy === 'constant' ? constantsOf(attribute(estimator, 'constant')) : undefined;
  const best = classes.map((list, k) => {
    checkSize(estimator, 'class_prior_', priors[k].length, list.length);
    if (strategy !== 'constant') return argmax(priors[k], 0, list.length);
    const position = list.indexOf(constants?.[k] ?? '');
    return position >= 0 ? position : refuse(estimator, 'constant that is not one of the classes');
  });
  const proba = best.flatMap((position, k) =>
    strategy === 'prior' ? [...priors[k]] : [...priors[k]].map((_, c) => (c === position ? 1 : 0)),
  );
  return {
    nFeatures: anyNumberOf(estimator),
    acceptsMissing: true,
    constant: true,
    probabilitiesByRow: true,
    nOutputs: classes.length,
    ...(classes.length === 1 && { classes: classes[0] }),
    predict: ({ rows }) => {
      const columns = best.map((position, k) => takeLabels(classes[k], new Int32Array(rows).fill(position)));
      return { rows, columns: classes.length, data: interleave(columns, rows) };
    },
    predictProba: ({ rows }) => repeated(proba, rows),
  };
};

/** DummyRegressor: the constant fitted for each target. */
export const dummyRegressor: EvaluatorFactory = (estimator) => {
  const constant = matrix(estimator, 'constant_').data;
  return {
    nFeatures: anyNumberOf(estimator),
    acceptsMissing: true,
    constant: true,
    nOutputs: constant.length,
    predict: ({ rows }: Table) => repeated([...constant], rows),
  };
};

function constantsOf(constant: PyValue): Label[] | undefined {
  const isLabel =
    typeof constant === 'string' || typeof constant === 'number' || typeof constant === 'boolean';
  return isLabel ? [constant] : toLabels(constant);
}

/** Columns of the rows it was fitted on, which it never looks at; -1 where the file does not tell. */
function anyNumberOf(estimator: PyObject): number {
  return nFeaturesIn(estimator, () => numberOr(estimator, 'n_features_', -1));
}

function priorsOf(estimator: PyObject, nOutputs: number): Float64Array[] {
  const priors = attribute(estimator, 'class_prior_');
  const single = priors instanceof NdArray && !Array.isArray(priors.data);
  const lists = single ? [vector(estimator, 'class_prior_')] : vectors(estimator, 'class_prior_');
  checkSize(estimator, 'class_prior_', lists.length, nOutputs, 'targets');
  return lists;
}

function repeated(row: readonly number[], rows: number): Matrix {
  const out = newMatrix(rows, row.length);
  for (let i = 0; i < rows; i++) out.data.set(row, i * row.length);
  return out;
}
