/** One tree of a JSON or UBJSON document. */
import { damaged, type Fields, numbers, type Numbers, object, whole } from './document.js';
import type { TreeArrays } from './learner.js';

/** Category codes are exact in float32 up to this. */
const MOST_CATEGORIES = 2 ** 24;
const MOST_NODES = 2 ** 31 - 1;

/**
 * @param position of the tree, for messages
 * @param words how many words of category sets the model's trees may still have
 * @throws ModelFileError
 */
export function readTree(
  tree: Fields,
  position: number,
  nFeatures: number,
  leafWidth: number,
  words: { left: number },
): TreeArrays {
  const parameters = object(tree, 'tree_param');
  const size = whole(parameters, 'num_nodes', 1, MOST_NODES);
  const given = whole(parameters, 'num_feature', 0, MOST_NODES, nFeatures);
  if (given > nFeatures)
    throw damaged(`tree ${position} is over ${given} features, the model over ${nFeatures}`);
  const right = numbers(tree, 'right_children', size);
  const categories = categoriesOf(tree, size, words);
  return {
    left: numbers(tree, 'left_children', size),
    right,
    feature: numbers(tree, 'split_indices', size),
    condition: numbers(tree, 'split_conditions', size),
    defaultLeft: numbers(tree, 'default_left', size),
    ...(categories && { categories }),
    ...(leafWidth > 1 && { vectors: vectorsOf(tree, right, size, leafWidth) }),
  };
}

/** From 3.1 on, leaves have rows of their own, whose number stands where a split has its right child. */
function vectorsOf(
  tree: Fields,
  right: Numbers,
  size: number,
  width: number,
): NonNullable<TreeArrays['vectors']> {
  if (!tree.has('leaf_weights'))
    return { values: numbers(tree, 'base_weights', size * width), startOf: (leaf) => leaf * width };
  const values = numbers(tree, 'leaf_weights');
  return {
    values,
    startOf: (leaf) => {
      const start = right[leaf] * width;
      if (start >= 0 && start + width <= values.length) return start;
      throw damaged(`leaf ${leaf} has row ${right[leaf]} of ${values.length / width} rows of leaf_weights`);
    },
  };
}

/** The sets of categories of those nodes that split on them. */
function categoriesOf(
  tree: Fields,
  size: number,
  words: { left: number },
): ReadonlyMap<number, Uint32Array> | undefined {
  if (!tree.has('categories_nodes')) return undefined;
  const nodes = numbers(tree, 'categories_nodes');
  const types = tree.has('split_type') ? numbers(tree, 'split_type') : new Uint8Array(size);
  if (nodes.length === 0) {
    if (types.includes(1)) throw damaged('a node splits on categories that are missing');
    return undefined;
  }
  const values = numbers(tree, 'categories');
  const starts = numbers(tree, 'categories_segments', nodes.length);
  const counts = numbers(tree, 'categories_sizes', nodes.length);
  const sets = new Map<number, Uint32Array>();
  for (let k = 0; k < nodes.length; k++) {
    const [node, start, count] = [nodes[k], starts[k], counts[k]];
    if (!(node >= 0 && node < size) || types[node] !== 1 || sets.has(node))
      throw damaged(`node ${node} has categories, but does not split on them`);
    if (!(start >= 0 && count >= 0 && start + count <= values.length))
      throw damaged(`the categories of node ${node} are not within the list of categories`);
    sets.set(node, setOf(values.subarray(start, start + count), words));
  }
  for (let node = 0; node < types.length; node++)
    if (types[node] === 1 && !sets.has(node))
      throw damaged(`node ${node} splits on categories that are missing`);
  return sets;
}

function setOf(categories: Numbers, words: { left: number }): Uint32Array {
  let largest = -1;
  for (const category of categories) {
    if (!Number.isInteger(category) || category < 0 || category >= MOST_CATEGORIES)
      throw damaged(`a split has the category ${category}`);
    largest = Math.max(largest, category);
  }
  const set = new Uint32Array((largest >>> 5) + (largest >= 0 ? 1 : 0));
  words.left -= set.length;
  if (words.left < 0) throw damaged('its sets of categories are too large');
  for (const category of categories) set[category >>> 5] |= 1 << (category & 31);
  return set;
}
