import { ModelFileError } from '../../inference/model.js';
import type { Lines } from './lines.js';
import { doubles, integers, unsignedIntegers } from './numbers.js';

/** One tree of a model text. The length of each list was checked against the number of leaves. */
export interface TreeText {
  readonly feature: Int32Array;
  readonly threshold: Float64Array;
  readonly decision: Int32Array;
  readonly left: Int32Array;
  readonly right: Int32Array;
  readonly leaves: Float64Array;
  /** Sets of categories. The threshold of a categorical split is the number of its set. */
  readonly sets: readonly Uint32Array[];
  readonly linear?: LinearText;
}

/** Linear models of the leaves: the terms of all leaves in one list. */
export interface LinearText {
  readonly constant: Float64Array;
  readonly counts: Int32Array;
  readonly features: Int32Array;
  readonly coefficients: Float64Array;
}

/** Keys that predictions depend on. The others are statistics. */
const KEYS: ReadonlySet<string> = new Set(
  (
    'num_leaves num_cat split_feature threshold decision_type left_child right_child leaf_value cat_boundaries ' +
    'cat_threshold is_linear leaf_const num_features leaf_features leaf_coeff'
  ).split(' '),
);

const EMPTY = Buffer.alloc(0);

/**
 * Reads the lines after `Tree=i` up to the next empty one.
 * @throws ModelFileError naming the tree and the invalid list
 */
export function readTree(lines: Lines, tree: number): TreeText {
  const found = new Map<string, Buffer>();
  while (lines.advance() && !lines.isEmpty) {
    const { key } = lines;
    if (key !== undefined && KEYS.has(key)) found.set(key, lines.value);
  }
  const place = (key: string): string => `tree ${tree}: ${key}`;
  const bytes = (key: string): Buffer => {
    const value = found.get(key);
    if (value === undefined)
      throw new ModelFileError(`tree ${tree} has no ${key}: the file is cut short or damaged`);
    return value;
  };
  const number = (key: string, fallback?: number): number =>
    fallback !== undefined && !found.has(key) ? fallback : integers(bytes(key), 1, place(key))[0];
  const ints = (key: string, count: number): Int32Array => integers(bytes(key), count, place(key));
  const numbers = (key: string, count: number): Float64Array => doubles(bytes(key), count, place(key));

  const leafCount = number('num_leaves');
  if (leafCount < 1) throw new ModelFileError(`${place('num_leaves')} is ${leafCount}`);
  const leaves = numbers('leaf_value', leafCount);
  const splits = leafCount - 1;
  const isLinear = number('is_linear', 0) !== 0;
  const linear = isLinear ? linearOf(leafCount, found, { numbers, ints, place }) : undefined;
  if (splits === 0) return { ...NO_SPLITS, leaves, ...(linear && { linear }) };
  return {
    feature: ints('split_feature', splits),
    threshold: numbers('threshold', splits),
    decision: found.has('decision_type') ? ints('decision_type', splits) : new Int32Array(splits),
    left: ints('left_child', splits),
    right: ints('right_child', splits),
    leaves,
    sets: setsOf(number('num_cat', 0), bytes, place),
    ...(linear && { linear }),
  };
}

const NO_SPLITS = {
  feature: new Int32Array(0),
  threshold: new Float64Array(0),
  decision: new Int32Array(0),
  left: new Int32Array(0),
  right: new Int32Array(0),
  sets: [],
};

function setsOf(
  count: number,
  bytes: (key: string) => Buffer,
  place: (key: string) => string,
): Uint32Array[] {
  if (count === 0) return [];
  if (count < 0) throw new ModelFileError(`${place('num_cat')} is ${count}`);
  const bounds = integers(bytes('cat_boundaries'), count + 1, place('cat_boundaries'));
  if (bounds[0] !== 0 || bounds.some((bound, k) => k > 0 && bound < bounds[k - 1])) {
    throw new ModelFileError(`${place('cat_boundaries')} do not ascend from 0`);
  }
  const words = unsignedIntegers(bytes('cat_threshold'), bounds[count], place('cat_threshold'));
  return Array.from({ length: count }, (_, k) => words.subarray(bounds[k], bounds[k + 1]));
}

interface Reading {
  readonly numbers: (key: string, count: number) => Float64Array;
  readonly ints: (key: string, count: number) => Int32Array;
  readonly place: (key: string) => string;
}

function linearOf(
  leafCount: number,
  found: ReadonlyMap<string, Buffer>,
  { numbers, ints, place }: Reading,
): LinearText {
  const constant = numbers('leaf_const', leafCount);
  const counts = found.has('num_features') ? ints('num_features', leafCount) : new Int32Array(leafCount);
  const negative = counts.find((count) => count < 0);
  if (negative !== undefined) throw new ModelFileError(`${place('num_features')} holds ${negative}`);
  const terms = counts.reduce((sum, count) => sum + count, 0);
  if (terms === 0)
    return { constant, counts, features: new Int32Array(0), coefficients: new Float64Array(0) };
  if (terms > (found.get('leaf_features') ?? EMPTY).length) {
    throw new ModelFileError(
      `${place('leaf_features')} has fewer values than the ${terms} that num_features states`,
    );
  }
  return {
    constant,
    counts,
    features: ints('leaf_features', terms),
    coefficients: numbers('leaf_coeff', terms),
  };
}
