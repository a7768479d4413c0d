/** The trees of histogram gradient boosting: sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor. */
import { ModelFileError } from '../../../inference/model.js';
import { attribute, childObject, optional, vector, vectors } from '../../pickle/attributes.js';
import { toItems } from '../../pickle/conversions.js';
import { nodeField } from '../trees/cart.js';
import { FlatTrees, type TreeSource } from '../../../inference/trees/flat-trees.js';
import { NdArray, PyObject } from '../../pickle/values.js';

/** Words of a set of categories: 256 bits. */
const SET_WORDS = 8;

/**
 * All trees of all iterations, `perIteration` of them an iteration.
 * @param nFeatures columns of the rows as the trees see them
 */
export function histTrees(estimator: PyObject, nFeatures: number, perIteration: number): FlatTrees {
  const iterations = toItems(attribute(estimator, '_predictors')) ?? [];
  const predictors = iterations.flatMap((iteration) => {
    const trees = toItems(iteration) ?? [];
    if (trees.length !== perIteration || !trees.every((tree) => tree instanceof PyObject)) {
      throw new ModelFileError(
        `${estimator.shortName}: _predictors are not ${perIteration} trees an iteration`,
      );
    }
    return trees;
  });
  const known = knownCategories(estimator);
  const sources = predictors.map((predictor) => treeOf(predictor, known));
  const trees = new FlatTrees(
    sources.map(({ size }) => size),
    1,
    nFeatures,
  );
  for (const source of sources) trees.add(source);
  return trees;
}

function treeOf(predictor: PyObject, known: readonly (Uint32Array | undefined)[]): TreeSource {
  const nodes = attribute(predictor, 'nodes');
  if (!(nodes instanceof NdArray) || nodes.fields === undefined) {
    throw new ModelFileError('TreePredictor: nodes are not an array of records');
  }
  const { fields } = nodes;
  const field = (name: string): ArrayLike<number> => nodeField(nodes, name);
  const isLeaf = field('is_leaf');
  const value = field('value');
  const feature = field('feature_idx');
  const missingLeft = field('missing_go_to_left');
  return {
    size: nodes.size,
    isLeaf: (node) => isLeaf[node] !== 0,
    left: field('left'),
    right: field('right'),
    feature,
    threshold: field(fields.has('num_threshold') ? 'num_threshold' : 'threshold'),
    missingLeft,
    ...(fields.has('is_categorical') && { categories: categoriesOf(predictor, field, missingLeft, known) }),
    writeLeaf: (node, _depth, out, at) => (out[at] = value[node]),
  };
}

/** The categories that go left: those of the node, and the unknown ones where missing values do. */
function categoriesOf(
  predictor: PyObject,
  field: (name: string) => ArrayLike<number>,
  missingLeft: ArrayLike<number>,
  known: readonly (Uint32Array | undefined)[],
): TreeSource['categories'] {
  const isCategorical = field('is_categorical');
  const position = field('bitset_idx');
  const feature = field('feature_idx');
  const bitsets = Uint32Array.from(vector(predictor, 'raw_left_cat_bitsets'));
  return (node) => {
    if (isCategorical[node] === 0) return undefined;
    const from = position[node] * SET_WORDS;
    const knownSet = known[feature[node]];
    if (from + SET_WORDS > bitsets.length || knownSet === undefined) {
      throw new ModelFileError(`node ${node} of a decision tree splits on categories that are not there`);
    }
    const set = bitsets.slice(from, from + SET_WORDS);
    return missingLeft[node] === 0 ? set : set.map((word, k) => word | ~knownSet[k]);
  };
}

/** The categories of each categorical column that training saw, as a set; undefined for the other columns. */
function knownCategories(estimator: PyObject): (Uint32Array | undefined)[] {
  if (optional(estimator, '_bin_mapper') === undefined) return [];
  const mapper = childObject(estimator, '_bin_mapper');
  if (optional(mapper, 'is_categorical_') === undefined) return [];
  const isCategorical = vector(mapper, 'is_categorical_');
  if (isCategorical.every((flag) => flag === 0)) return [];
  return vectors(mapper, 'bin_thresholds_').map((categories, column) => {
    if (!isCategorical[column]) return undefined;
    const set = new Uint32Array(SET_WORDS);
    for (const category of categories) set[(category & 255) >> 5] |= 1 << (category & 31);
    return set;
  });
}
