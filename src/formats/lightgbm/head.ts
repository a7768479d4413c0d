import { ModelFileError } from '../../inference/model.js';
import type { Lines } from './lines.js';
import { numberOf } from './numbers.js';
import { parseObjective, type Objective } from './objective.js';

/** A feature's values in training. */
export interface FeatureInfo {
  /** Smallest and largest value; absent if the file has none (categories, unused features). */
  readonly range?: readonly [number, number];
  /** The feature was split on as categories: whole numbers. */
  readonly categorical: boolean;
  /** Largest category; -1 if there is none. */
  readonly largestCategory: number;
}

/** The first lines of a model's text. */
export interface Head {
  /** Version of the text format: "v2", "v3", "v4". */
  readonly version: string;
  readonly nFeatures: number;
  readonly names: readonly string[];
  readonly infos: readonly FeatureInfo[];
  /** Scores per row, and trees per boosting round. */
  readonly scores: number;
  readonly objective: Objective;
  /** True for random forests, whose prediction is the average of the rounds. */
  readonly average: boolean;
  /** Number of trees that follow, if it is in the file. */
  readonly trees?: number;
}

/** Larger counts of features and classes mean a damaged file. */
const FEATURE_LIMIT = 1_000_000;
const CLASS_LIMIT = 100_000;

const VERSIONS: ReadonlySet<string> = new Set(['v2', 'v3', 'v4']);

/**
 * Reads up to the first line `Tree=0`, or to the end without one.
 * @throws ModelFileError naming the missing or invalid line
 */
export function readHead(lines: Lines): Head {
  if (!lines.advance() || lines.text(8) !== 'tree')
    throw new ModelFileError('a LightGBM model begins with the line "tree"');
  const found = new Map<string, string>();
  while (lines.advance() && !lines.startsWith('Tree=') && !lines.startsWith('end of trees')) {
    const { key } = lines;
    if (key !== undefined) found.set(key, lines.value.toString('utf8'));
    else if (!lines.isEmpty) found.set(lines.text(64), '');
  }
  const version = found.get('version') ?? '';
  if (!VERSIONS.has(version)) {
    throw new ModelFileError(
      `format version ${JSON.stringify(version.slice(0, 20))} is not supported; supported: ${[...VERSIONS].join(', ')}`,
    );
  }
  const nFeatures = wholeNumber(found, 'max_feature_idx', 0, FEATURE_LIMIT - 1) + 1;
  const classes = wholeNumber(found, 'num_class', 1, CLASS_LIMIT);
  const scores = found.has('num_tree_per_iteration')
    ? wholeNumber(found, 'num_tree_per_iteration', 1, CLASS_LIMIT)
    : classes;
  const sizes = found.get('tree_sizes');
  return {
    version,
    nFeatures,
    names: words(found, 'feature_names', nFeatures),
    infos: words(found, 'feature_infos', nFeatures).map(featureInfo),
    scores,
    objective: parseObjective(found.get('objective')),
    average: found.has('average_output'),
    ...(sizes !== undefined && { trees: sizes.split(' ').filter((size) => size !== '').length }),
  };
}

function required(found: ReadonlyMap<string, string>, key: string): string {
  const value = found.get(key);
  if (value === undefined) throw new ModelFileError(`the model has no ${key}`);
  return value;
}

function wholeNumber(found: ReadonlyMap<string, string>, key: string, least: number, most: number): number {
  const written = required(found, key);
  const value = /^-?\d{1,10}$/.test(written) ? Number(written) : NaN;
  if (!(value >= least && value <= most)) {
    throw new ModelFileError(
      `${key} is ${JSON.stringify(written.slice(0, 40))}, where a whole number from ${least} to ${most} was expected`,
    );
  }
  return value;
}

function words(found: ReadonlyMap<string, string>, key: string, count: number): string[] {
  const list = required(found, key)
    .split(' ')
    .filter((word) => word !== '');
  if (list.length !== count)
    throw new ModelFileError(`${key} has ${list.length} values for ${count} features`);
  return list;
}

/** `[min:max]`, categories as `-1:3:0:2`, or `none` for a feature that training left out. */
function featureInfo(word: string): FeatureInfo {
  if (word.startsWith('[') && word.endsWith(']')) {
    const [low, high] = word.slice(1, -1).split(':').map(numberOf);
    const known = low !== undefined && high !== undefined && low <= high && Number.isFinite(high - low);
    return { categorical: false, largestCategory: -1, ...(known && { range: [low, high] }) };
  }
  if (!/^-?\d+(:-?\d+)*$/.test(word)) return { categorical: false, largestCategory: -1 };
  const categories = word.split(':').map(Number);
  return { categorical: true, largestCategory: categories.reduce((a, b) => Math.max(a, b), -1) };
}
