import { ModelFileError } from '../../../inference/model.js';
import { childObjects } from '../../pickle/attributes.js';
import type { EvaluatorFactory } from '../../pickle/library.js';
import type { Matrix, Table } from '../../../inference/tabular/evaluator.js';
import { newMatrix, numbersOf } from '../../../inference/numeric/numeric.js';
import type { PyObject } from '../../pickle/values.js';
import { isSince } from '../version.js';
import {
  addClassificationTree,
  addRegressionTree,
  cartTree,
  holdsFractions,
  takesMissing,
  type CartTree,
} from './cart.js';
import { FlatTrees } from '../../../inference/trees/flat-trees.js';
import { Forest } from '../../../inference/trees/forest.js';
import { classLists } from './outputs.js';
import { treeClassifier } from '../../../inference/trees/outputs.js';

/** RandomForestClassifier, ExtraTreesClassifier: the mean of the trees' probabilities. */
export const forestClassifier: EvaluatorFactory = (estimator) => {
  const { members, trees } = membersOf(estimator);
  const classes = classLists(estimator, trees[0].nOutputs);
  const nClasses = classes.map((labels) => labels.length);
  const width = nClasses.reduce((sum, count) => sum + count, 0);
  const { shape, mean } = forestOf(members[0], trees, width, (flat, tree) =>
    addClassificationTree(flat, tree, nClasses, !holdsFractions(members[0])),
  );
  return treeClassifier(classes, shape, mean);
};

/** RandomForestRegressor, ExtraTreesRegressor: the mean of the trees' values. */
export const forestRegressor: EvaluatorFactory = (estimator) => {
  const { members, trees } = membersOf(estimator);
  const { nOutputs } = trees[0];
  const { shape, mean } = forestOf(members[0], trees, nOutputs, addRegressionTree);
  return { ...shape, nOutputs, predict: mean };
};

function membersOf(estimator: PyObject) {
  const members = childObjects(estimator, 'estimators_');
  if (members.length === 0) throw new ModelFileError(`${estimator.shortName}: it has no trees`);
  const trees = members.map(cartTree);
  const [{ nFeatures, nOutputs }] = trees;
  if (trees.some((tree) => tree.nFeatures !== nFeatures || tree.nOutputs !== nOutputs)) {
    throw new ModelFileError(`${estimator.shortName}: its trees differ in features or targets`);
  }
  return { members, trees };
}

function forestOf(
  member: PyObject,
  trees: readonly CartTree[],
  width: number,
  add: (flat: FlatTrees, tree: CartTree) => void,
) {
  const [{ nFeatures }] = trees;
  const flat = new FlatTrees(
    trees.map(({ size }) => size),
    width,
    nFeatures,
  );
  for (const tree of trees) add(flat, tree);
  const acceptsMissing = isSince(member, 1, 4) && takesMissing(member);
  const forest = new Forest(flat, { nFeatures, precision: 'float32', acceptsMissing });
  const count = trees.length;
  const mean = (x: Table): Matrix => {
    const out = newMatrix(x.rows, width);
    forest.addTo(numbersOf(x, nFeatures), x.rows, out.data, width);
    for (let k = 0; k < out.data.length; k++) out.data[k] /= count;
    return out;
  };
  return { shape: { nFeatures, acceptsMissing }, mean };
}
