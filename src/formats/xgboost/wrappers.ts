/** XGBoost's wrappers for scikit-learn: XGBClassifier, XGBRegressor, XGBRanker and the random forests. */
import { type Label, ModelFileError } from '../../inference/model.js';
import { takeLabels } from '../../inference/numeric/numeric.js';
import type { Matrix, Prediction, Table } from '../../inference/tabular/evaluator.js';
import { has, labels, numberOr, optional, childObject } from '../pickle/attributes.js';
import type { EvaluatorFactory } from '../pickle/library.js';
import type { PyObject } from '../pickle/values.js';
import { Booster } from './booster.js';
import { boosterEvaluator } from './evaluator.js';
import type { Learner } from './learner.js';
import { softmaxProbabilities, type Sums } from './objective.js';
import { learnerOfBooster, learnerOfWrapper, treesOfWrapper } from './pickled.js';
import { type Columns, columnsOf, matrixOf, rowsReader } from './rows.js';
import { isBefore } from './version.js';

export const pickledBooster: EvaluatorFactory = (estimator) => boosterEvaluator(learnerOfBooster(estimator));

/** XGBRegressor, XGBRFRegressor and XGBRanker: the booster's predictions. */
export const regressor: EvaluatorFactory = (estimator) => {
  const { shape, predict, margin, booster } = fitted(estimator);
  return {
    ...shape,
    nOutputs: booster.objective.kind === 'class' ? 1 : booster.nOutputs,
    predict: (x) => matrixOf(predict(x)),
    margin: (x) => matrixOf(margin(x)),
  };
};

/** XGBClassifier and XGBRFClassifier: labels by the larger probability. */
export const classifier: EvaluatorFactory = (estimator) => {
  const { learner, shape, predict, margin, booster } = fitted(estimator);
  const shared = { ...shape, margin: (x: Table) => matrixOf(margin(x)) };
  const classes = classesOf(estimator, learner);
  const { kind } = booster.objective;
  if (kind === 'class') {
    return {
      ...shared,
      classes,
      predict: (x) => ofClasses(predict(x).data, classes),
      predictProba: (x) => matrixOf(softmaxProbabilities(margin(x))),
    };
  }
  if (booster.nOutputs === 1) {
    return {
      ...shared,
      classes,
      predict: (x) =>
        ofClasses(
          predict(x).data.map((p) => +(p > 0.5)),
          classes,
        ),
      predictProba: (x) => twoColumns(predict(x)),
    };
  }
  if (answersEachColumn(classes, learner)) {
    return {
      ...shared,
      nOutputs: booster.nOutputs,
      predict: (x) => aboveHalf(predict(x)),
      predictProba: (x) => matrixOf(predict(x)),
    };
  }
  return {
    ...shared,
    classes,
    predict: (x) => ofClasses(largest(predict(x)), classes),
    predictProba: (x) => matrixOf(predict(x)),
  };
};

interface Fitted {
  readonly learner: Learner;
  readonly booster: Booster;
  readonly shape: Columns;
  predict(x: Table): Sums;
  margin(x: Table): Sums;
}

function fitted(estimator: PyObject): Fitted {
  const learner = learnerOfWrapper(estimator);
  const predictor = optional(estimator, 'predictor');
  const booster = new Booster(learner, {
    trees: treesOfWrapper(estimator, learner),
    inPlace: learner.booster !== 'gblinear' && (predictor === undefined || predictor === 'auto'),
  });
  const rows = rowsReader(learner, Math.fround(numberOr(estimator, 'missing', NaN)));
  return {
    learner,
    booster,
    shape: columnsOf(learner),
    predict: (x) => booster.predict(rows(x), x.rows),
    margin: (x) => booster.margins(rows(x), x.rows),
  };
}

/** Labels in the order of their numbers: those of the label encoder up to 1.7, else the numbers themselves. */
function classesOf(estimator: PyObject, { nClasses }: Learner): Label[] {
  const count = Math.max(nClasses, 2);
  if (!has(estimator, '_le')) return Array.from({ length: count }, (_, k) => k);
  const known = labels(childObject(estimator, '_le'));
  if (known.length < count)
    throw new ModelFileError(`${estimator.shortName}: it has ${known.length} labels for ${count} classes`);
  return known;
}

/** Several labels a row (from 1.6 on): each column is answered by itself where there are two classes. */
function answersEachColumn(classes: readonly Label[], { version }: Learner): boolean {
  return classes.length === 2 && !isBefore(version, 1, 6);
}

function ofClasses(positions: ArrayLike<number>, classes: readonly Label[]): Prediction {
  const data = takeLabels(classes, Int32Array.from(positions));
  return { rows: positions.length, columns: 1, data };
}

function largest({ rows, columns, data }: Sums): Int32Array {
  const positions = new Int32Array(rows);
  for (let i = 0; i < rows; i++) {
    const start = i * columns;
    for (let k = 1; k < columns; k++) if (data[start + k] > data[start + positions[i]]) positions[i] = k;
  }
  return positions;
}

function aboveHalf({ rows, columns, data }: Sums): Matrix {
  return { rows, columns, data: Float64Array.from(data, (p) => +(p > 0.5)) };
}

/** The probability of the second class and what is left to 1, in float32. */
function twoColumns({ rows, data }: Sums): Matrix {
  const out = new Float64Array(2 * rows);
  for (let i = 0; i < rows; i++) {
    out[2 * i] = Math.fround(1 - data[i]);
    out[2 * i + 1] = data[i];
  }
  return { rows, columns: 2, data: out };
}
