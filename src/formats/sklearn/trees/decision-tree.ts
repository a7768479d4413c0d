import type { EvaluatorFactory } from '../../pickle/library.js';
import type { Matrix, Table } from '../../../inference/tabular/evaluator.js';
import { newMatrix, normalise, numbersOf } from '../../../inference/numeric/numeric.js';
import type { PyObject } from '../../pickle/values.js';
import { addClassificationTree, addRegressionTree, cartTree, holdsFractions, takesMissing } from './cart.js';
import { FlatTrees } from '../../../inference/trees/flat-trees.js';
import { Forest } from '../../../inference/trees/forest.js';
import { classLists } from './outputs.js';
import { treeClassifier } from '../../../inference/trees/outputs.js';

/** DecisionTreeClassifier, ExtraTreeClassifier: the class of most weight in the leaf. */
export const decisionTreeClassifier: EvaluatorFactory = (estimator) => {
  const tree = cartTree(estimator);
  const classes = classLists(estimator, tree.nOutputs);
  const nClasses = classes.map((labels) => labels.length);
  const trees = new FlatTrees(
    [tree.size],
    nClasses.reduce((sum, count) => sum + count, 0),
    tree.nFeatures,
  );
  // The label is that of the largest weight as it stands, so division into probabilities waits until it is asked for.
  addClassificationTree(trees, tree, nClasses, false);
  const { shape, leafValues } = evaluation(estimator, trees, tree.nFeatures);
  const fractions = holdsFractions(estimator);
  if (fractions) return treeClassifier(classes, shape, leafValues);
  return treeClassifier(classes, shape, leafValues, (x) => normaliseTargets(leafValues(x), nClasses));
};

function normaliseTargets(weights: Matrix, nClasses: readonly number[]): Matrix {
  for (let at = 0; at < weights.data.length;) {
    for (const count of nClasses) {
      normalise(weights.data, at, count);
      at += count;
    }
  }
  return weights;
}

/** DecisionTreeRegressor, ExtraTreeRegressor: the leaf's value for each target. */
export const decisionTreeRegressor: EvaluatorFactory = (estimator) => {
  const tree = cartTree(estimator);
  const trees = new FlatTrees([tree.size], tree.nOutputs, tree.nFeatures);
  addRegressionTree(trees, tree);
  const { shape, leafValues } = evaluation(estimator, trees, tree.nFeatures);
  return { ...shape, nOutputs: tree.nOutputs, predict: leafValues };
};

function evaluation(estimator: PyObject, trees: FlatTrees, nFeatures: number) {
  const acceptsMissing = takesMissing(estimator);
  const forest = new Forest(trees, { nFeatures, precision: 'float32', acceptsMissing });
  const leafValues = (x: Table): Matrix => {
    const out = newMatrix(x.rows, trees.width);
    forest.addTo(numbersOf(x, nFeatures), x.rows, out.data, out.columns);
    return out;
  };
  return { shape: { nFeatures, acceptsMissing }, leafValues };
}
