import { ModelFileError } from '../../../inference/model.js';
import { checkSize, childObjects, nFeaturesIn, number, vectors } from '../../pickle/attributes.js';
import type { Evaluator, Matrix, Table } from '../../../inference/tabular/evaluator.js';
import type { EvaluatorFactory } from '../../pickle/library.js';
import { newMatrix, numbersOf } from '../../../inference/numeric/numeric.js';
import { cartTree } from '../trees/cart.js';
import { FlatTrees } from '../../../inference/trees/flat-trees.js';
import { Forest } from '../../../inference/trees/forest.js';
import { isSince } from '../version.js';

const EULER_GAMMA = 0.5772156649015329;

/**
 * With `contamination` the boundary is the score of a training row. Asked again, it lies on it (an inlier), but for the
 * last digit of the power, in which mathematical libraries differ.
 */
const ROUNDING = 4e-16;

/** IsolationForest: how few splits set a row apart, less `offset_`; 1 for inliers and -1 for outliers. */
export const isolationForest: EvaluatorFactory = (estimator) => {
  const nFeatures = nFeaturesIn(estimator);
  const trees = childObjects(estimator, 'estimators_').map(cartTree);
  const columns = vectors(estimator, 'estimators_features_');
  checkSize(estimator, 'estimators_features_', columns.length, trees.length);
  const flat = new FlatTrees(
    trees.map(({ size }) => size),
    1,
    nFeatures,
  );
  trees.forEach((tree, t) => {
    // A split beyond the tree's columns stays out of range, and is rejected later.
    const feature = Float64Array.from(tree.feature, (column) => columns[t][column] ?? -1);
    flat.add({
      ...tree,
      feature,
      // In scikit-learn's order of rounding, because rows of the training set may lie exactly on the boundary.
      writeLeaf: (node, depth, out, at) => (out[at] = depth + 1 + averagePathLength(tree.samples[node]) - 1),
    });
  });
  if (trees.length === 0) throw new ModelFileError(`${estimator.shortName}: it has no trees`);
  const acceptsMissing = isSince(estimator, 1, 6);
  const forest = new Forest(flat, { nFeatures, precision: 'float32', acceptsMissing });
  const scale = trees.length * averagePathLength(number(estimator, 'max_samples_'));
  const shape = { nFeatures, acceptsMissing, counts: true };
  return detector(forest, scale, number(estimator, 'offset_'), shape);
};

function detector(forest: Forest, scale: number, offset: number, shape: Evaluator): Evaluator {
  const decisions = (x: Table): Matrix => {
    const out = newMatrix(x.rows, 1);
    forest.addTo(numbersOf(x, shape.nFeatures), x.rows, out.data, 1);
    for (let i = 0; i < x.rows; i++) out.data[i] = -(2 ** -(scale === 0 ? 1 : out.data[i] / scale)) - offset;
    return out;
  };
  return {
    ...shape,
    decisionFunction: decisions,
    predict: (x) => {
      const { rows, columns, data } = decisions(x);
      return { rows, columns, data: data.map((value) => (value < -ROUNDING ? -1 : 1)) };
    },
  };
}

/** The mean path length of an unsuccessful search in a binary search tree of n entries (Liu et al. 2008, equation 1). */
function averagePathLength(n: number): number {
  if (n <= 1) return 0;
  if (n === 2) return 1;
  return 2 * (Math.log(n - 1) + EULER_GAMMA) - (2 * (n - 1)) / n;
}
