/** Fitted trees as the pickle reader returns them, from nested splits. */
import { NdArray, PyObject, type PyValue } from '../../src/formats/pickle/values.js';
import { estimator } from './sklearn.js';

/** A leaf's values, one per class or target, or a split: rows whose feature is at most the threshold go left. */
export type Nested = readonly number[] | Split;

export interface Split {
  readonly feature: number;
  readonly threshold: number;
  readonly left: Nested;
  readonly right: Nested;
  readonly missingLeft?: boolean;
  /** The categories that go left, in trees of histograms. */
  readonly categories?: readonly number[];
}

interface Node {
  left: number;
  right: number;
  readonly split?: Split;
  readonly values: readonly number[];
}

/** The nodes in scikit-learn's order, depth first. */
function flatten(tree: Nested): Node[] {
  const nodes: Node[] = [];
  const visit = (nested: Nested): number => {
    const position = nodes.length;
    const split = 'feature' in nested ? nested : undefined;
    nodes.push({ left: -1, right: -1, split, values: split ? [] : (nested as readonly number[]) });
    if (split !== undefined) {
      nodes[position].left = visit(split.left);
      nodes[position].right = visit(split.right);
    }
    return position;
  };
  visit(tree);
  return nodes;
}

function records(fields: Record<string, readonly number[]>): NdArray {
  const size = Object.values(fields)[0].length;
  const arrays = Object.entries(fields).map(
    ([name, values]) =>
      [name, new NdArray({ kind: 'f', itemsize: 8 }, [size], Float64Array.from(values))] as const,
  );
  return new NdArray({ kind: 'V', itemsize: 8 * arrays.length }, [size], [], new Map(arrays));
}

/** sklearn.tree._tree.Tree; `classes` is 1 for regression, and the values of several targets are consecutive. */
export function treeState(tree: Nested, nFeatures: number, classes = 1): PyObject {
  const nodes = flatten(tree);
  const width = Math.max(...nodes.map(({ values }) => values.length));
  const values = nodes.flatMap((node) => Array.from({ length: width }, (_, k) => node.values[k] ?? 0));
  return new PyObject(
    'sklearn.tree._tree.Tree',
    new Map<string, PyValue>([
      ['n_features', nFeatures],
      [
        'nodes',
        records({
          left_child: nodes.map(({ left }) => left),
          right_child: nodes.map(({ right }) => right),
          feature: nodes.map(({ split }) => split?.feature ?? -2),
          threshold: nodes.map(({ split }) => split?.threshold ?? -2),
          n_node_samples: nodes.map(() => 1),
          missing_go_to_left: nodes.map(({ split }) => Number(split?.missingLeft ?? false)),
        }),
      ],
      [
        'values',
        new NdArray(
          { kind: 'f', itemsize: 8 },
          [nodes.length, width / classes, classes],
          Float64Array.from(values),
        ),
      ],
    ]),
  );
}

/** A fitted decision tree; further attributes are classes_, criterion and the like. */
export function decisionTree(
  className: string,
  tree: Nested,
  nFeatures: number,
  attributes: Parameters<typeof estimator>[1] & { nClasses?: number } = {},
): PyObject {
  const { nClasses, ...others } = attributes;
  return estimator(className, { tree_: treeState(tree, nFeatures, nClasses), splitter: 'best', ...others });
}

/** sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor: a leaf has one value. */
export function treePredictor(tree: Nested): PyObject {
  const nodes = flatten(tree);
  const sets = nodes.flatMap(({ split }) => (split?.categories === undefined ? [] : [split.categories]));
  const words = sets.flatMap((set) =>
    Array.from({ length: 8 }, (_, word) =>
      set
        .filter((category) => category >> 5 === word)
        .reduce((bits, category) => bits + 2 ** (category & 31), 0),
    ),
  );
  let position = 0;
  return estimator('TreePredictor', {
    nodes: records({
      value: nodes.map(({ values }) => values[0] ?? 0),
      feature_idx: nodes.map(({ split }) => split?.feature ?? 0),
      num_threshold: nodes.map(({ split }) => split?.threshold ?? 0),
      missing_go_to_left: nodes.map(({ split }) => Number(split?.missingLeft ?? false)),
      left: nodes.map(({ left }) => Math.max(left, 0)),
      right: nodes.map(({ right }) => Math.max(right, 0)),
      is_leaf: nodes.map(({ split }) => Number(split === undefined)),
      is_categorical: nodes.map(({ split }) => Number(split?.categories !== undefined)),
      bitset_idx: nodes.map(({ split }) => (split?.categories === undefined ? 0 : position++)),
    }),
    raw_left_cat_bitsets: new NdArray({ kind: 'u', itemsize: 4 }, [sets.length, 8], Uint32Array.from(words)),
  });
}
