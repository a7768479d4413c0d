import { type Label, ModelFileError } from '../../../inference/model.js';
import {
  attribute, checkSize, childObject, childObjects, has, labels, number, refuse,
} from '../../pickle/attributes.js'; // prettier-ignore
import type { Evaluator, Matrix, Table } from '../../../inference/tabular/evaluator.js';
import type { EvaluatorFactory } from '../../pickle/library.js';
import { newMatrix, numbersOf } from '../../../inference/numeric/numeric.js';
import { tableOf } from '../../../inference/tabular/tables.js';
import { addRegressionTree, cartTree } from '../trees/cart.js';
import { FlatTrees } from '../../../inference/trees/flat-trees.js';
import { Forest } from '../../../inference/trees/forest.js';
import { PyObject } from '../../pickle/values.js';
import { classificationLoss, type ClassificationLoss } from './boosting-loss.js';
import { computesInFloat32 } from './float32.js';

/** GradientBoostingClassifier: one tree a stage for two classes, one a class and stage for more. */
export const gradientBoostingClassifier: EvaluatorFactory = (estimator, build) => {
  const classes = labels(estimator);
  const loss = classificationLoss(estimator, lossOf(estimator));
  const columns = classes.length === 2 ? 1 : classes.length;
  const start = startOf(estimator, build, columns, loss);
  return boostedClassifier(stagesOf(estimator, start, columns), classes, loss);
};

/** GradientBoostingRegressor: the raw value is the answer, whatever the loss. */
export const gradientBoostingRegressor: EvaluatorFactory = (estimator, build) => {
  const { nFeatures, raw } = stagesOf(estimator, startOf(estimator, build, 1), 1);
  return { nFeatures, predict: raw };
};

function boostedClassifier(
  { nFeatures, raw }: ReturnType<typeof stagesOf>,
  classes: readonly Label[],
  loss: ClassificationLoss,
): Evaluator {
  return {
    nFeatures,
    classes,
    probabilitiesByRow: true,
    predict: (x) => loss.labels(raw(x), classes),
    predictProba: (x) => loss.probabilities(raw(x)),
    decisionFunction: raw,
  };
}

type Start = (x: Table) => Matrix;

/** The class name of the fitted loss: _loss, and loss_ before 1.1. */
function lossOf(estimator: PyObject): string {
  return childObject(estimator, has(estimator, '_loss') ? '_loss' : 'loss_').shortName;
}

/** The raw values that the stages are added to: zero, those of a dummy (the same for every row) or of any estimator. */
function startOf(
  estimator: PyObject,
  build: (nested: PyObject) => Evaluator,
  columns: number,
  loss?: ClassificationLoss,
): Start {
  const init = attribute(estimator, 'init_');
  if (init === 'zero') return (x) => newMatrix(x.rows, columns);
  if (!(init instanceof PyObject))
    throw new ModelFileError(`${estimator.shortName}: init_ is not an estimator`);
  const start = build(init);
  if (!start.constant && computesInFloat32(init))
    return refuse(estimator, `init ${init.shortName} fitted in float32`);
  // scikit-learn adds the trees of several classes to the start's memory as if its rows lay one after another; with
  // others (GaussianNB) its own answers mix rows.
  if (columns > 1 && !start.probabilitiesByRow) {
    return refuse(estimator, `init ${init.shortName} with more than two classes`);
  }
  const values = answerOf(start, `${estimator.shortName}: init ${init.shortName}`, columns, loss);
  return start.constant ? constantly(values, columns) : values;
}

/** The output of the initial estimator for float32 rows, because it was fitted on float32 rows, like the trees. */
function answerOf(init: Evaluator, name: string, columns: number, loss?: ClassificationLoss): Start {
  const { predict, predictProba, classes } = init;
  const inFloat32 = (x: Table): Table => tableOf(x.rows, x.columns, x.numbers.map(Math.fround));
  if (loss !== undefined) {
    if (predictProba === undefined || classes === undefined || classes.length !== Math.max(columns, 2)) {
      throw new ModelFileError(`${name} does not give a probability for each class`);
    }
    return (x) => loss.link(predictProba(inFloat32(x)));
  }
  if (predict === undefined) throw new ModelFileError(`${name} does not predict`);
  return (x) => ({ rows: x.rows, columns: 1, data: Float64Array.from(predict(inFloat32(x)).data, Number) });
}

function constantly(start: Start, columns: number): Start {
  const row = start(tableOf(1, 0, new Float64Array(0))).data;
  return (x) => {
    const out = newMatrix(x.rows, columns);
    for (let k = 0; k < out.data.length; k++) out.data[k] = row[k % columns];
    return out;
  };
}

function stagesOf(estimator: PyObject, start: Start, columns: number) {
  const trees = childObjects(estimator, 'estimators_').map(cartTree);
  if (trees.length === 0) throw new ModelFileError(`${estimator.shortName}: it has no trees`);
  checkSize(estimator, 'estimators_', trees.length % columns, 0, 'trees too many');
  const [{ nFeatures }] = trees;
  const learningRate = number(estimator, 'learning_rate');
  const flat = new FlatTrees(
    trees.map(({ size }) => size),
    1,
    nFeatures,
  );
  for (const tree of trees) {
    checkSize(estimator, 'estimators_', tree.nOutputs, 1, 'targets');
    addRegressionTree(flat, tree, learningRate);
  }
  const forest = new Forest(flat, { nFeatures, precision: 'float32', acceptsMissing: false });
  const raw = (x: Table): Matrix => {
    const numbers = numbersOf(x, nFeatures);
    const { data } = start(tableOf(x.rows, nFeatures, numbers));
    forest.addTo(numbers, x.rows, data, columns);
    return { rows: x.rows, columns, data };
  };
  return { nFeatures, raw };
}
