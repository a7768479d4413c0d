import { ModelFileError } from '../../../inference/model.js';
import { attribute, toVector, vector } from '../../pickle/attributes.js';
import { NdArray, type PyObject } from '../../pickle/values.js';

/** The arrays of a KDTree or BallTree. */
export interface TreeState {
  /** Training rows in the order of the nodes. */
  readonly order: Float64Array;
  readonly bounds: Float64Array;
  readonly starts: Float64Array;
  readonly ends: Float64Array;
  readonly leaf: Float64Array;
  readonly radius: Float64Array;
}

/** @throws ModelFileError where the tree's state is not what the known versions write */
export function treeState(tree: PyObject): TreeState {
  const nodes = attribute(tree, 'node_data');
  const field = (name: string): Float64Array => {
    const values = nodes instanceof NdArray ? toVector(nodes.fields?.get(name) ?? null) : undefined;
    if (values === undefined) throw new ModelFileError(`${tree.shortName}: node_data has no ${name}`);
    return values;
  };
  return {
    order: vector(tree, 'idx_array'),
    bounds: vector(tree, 'node_bounds'),
    starts: field('idx_start'),
    ends: field('idx_end'),
    leaf: field('is_leaf'),
    radius: field('radius'),
  };
}
