/**
 * The learner in the binary form that XGBoost wrote up to 2.0: C structures, little endian, one after the other
 * (src/learner.cc, src/gbm/gbtree_model.h, include/xgboost/tree_model.h of v1.7).
 */
import { damaged, shown } from './document.js';
import { type Learner, MOST_FEATURES, MOST_OUTPUTS, type TreeArrays } from './learner.js';
import type { Version } from './version.js';

const LEARNER_BYTES = 136;
const GBTREE_BYTES = 160;
const GBLINEAR_BYTES = 136;
const TREE_BYTES = 148;
const NODE_BYTES = 20;
const STATISTICS_BYTES = 16;
const MOST_TEXT = 2 ** 20;
const MOST_ATTRIBUTES = 100_000;
/** In a node's split index: whether missing values go left. */
const DEFAULT_LEFT = 0x80000000;

interface Header {
  readonly base: Float32Array;
  readonly nFeatures: number;
  readonly nClasses: number;
  readonly nOutputs: number;
  readonly hasAttributes: boolean;
  readonly version: Version;
}

/**
 * @param bytes from the first structure on, behind "binf" where that is
 * @throws ModelFileError
 */
export function readBinary(bytes: Uint8Array): Learner {
  const reader = new BinaryReader(bytes);
  const header = readHeader(reader);
  const objective = reader.text();
  const booster = reader.text();
  const part = readBooster(reader, booster, header);
  const attributes = header.hasAttributes ? readAttributes(reader) : new Map<string, string>();
  const { hasAttributes: _, ...known } = header;
  return { ...known, objective, attributes, ...part };
}

class BinaryReader {
  private readonly view: DataView;
  at = 0;

  constructor(private readonly bytes: Uint8Array) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** The start of the next `bytes` bytes, which are consumed. */
  skip(bytes: number): number {
    if (!(bytes >= 0 && bytes <= this.bytes.length - this.at))
      throw damaged(`the file ends early: ${bytes} bytes were expected at byte ${this.at}`);
    this.at += bytes;
    return this.at - bytes;
  }

  i32(at: number): number {
    return this.view.getInt32(at, true);
  }

  u32(at: number): number {
    return this.view.getUint32(at, true);
  }

  f32(at: number): number {
    return this.view.getFloat32(at, true);
  }

  /** An eight-byte count. */
  length(most: number): number {
    const length = Number(this.view.getBigUint64(this.skip(8), true));
    if (length > most) throw damaged(`a length is ${length} at byte ${this.at - 8}`);
    return length;
  }

  text(): string {
    const length = this.length(MOST_TEXT);
    const start = this.skip(length);
    return Buffer.from(this.bytes.buffer, this.bytes.byteOffset + start, length).toString('utf8');
  }

  floats(count: number): Float32Array {
    const start = this.skip(4 * count);
    const values = new Float32Array(count);
    for (let k = 0; k < count; k++) values[k] = this.view.getFloat32(start + 4 * k, true);
    return values;
  }

  ints(count: number): Int32Array {
    const start = this.skip(4 * count);
    const values = new Int32Array(count);
    for (let k = 0; k < count; k++) values[k] = this.view.getInt32(start + 4 * k, true);
    return values;
  }
}

function readHeader(reader: BinaryReader): Header {
  const at = reader.skip(LEARNER_BYTES);
  const base = reader.f32(at);
  const nFeatures = reader.u32(at + 4);
  const nClasses = reader.i32(at + 8);
  const nTargets = reader.u32(at + 28);
  if (!Number.isFinite(base)) throw damaged(`base_score is ${base}`);
  if (nFeatures > MOST_FEATURES) throw damaged(`num_feature is ${nFeatures}`);
  if (nClasses < 0 || nClasses > MOST_OUTPUTS) throw damaged(`num_class is ${nClasses}`);
  if (nTargets > MOST_OUTPUTS) throw damaged(`num_target is ${nTargets}`);
  return {
    base: Float32Array.of(base),
    nFeatures,
    nClasses,
    nOutputs: Math.max(nClasses, nTargets, 1),
    hasAttributes: reader.i32(at + 12) !== 0,
    version: [Math.min(reader.u32(at + 20), 999), Math.min(reader.u32(at + 24), 999)],
  };
}

type BoosterPart = Pick<
  Learner,
  'booster' | 'trees' | 'leafWidth' | 'groups' | 'parallelTrees' | 'treeWeights' | 'weights'
>;

function readBooster(reader: BinaryReader, name: string, header: Header): BoosterPart {
  if (name === 'gblinear') {
    reader.skip(GBLINEAR_BYTES);
    const expected = (header.nFeatures + 1) * header.nOutputs;
    const count = reader.length(Number.MAX_SAFE_INTEGER);
    if (count !== expected)
      throw damaged(`there are ${count} linear weights, where ${expected} were expected`);
    return {
      booster: name,
      weights: reader.floats(count),
      trees: [],
      leafWidth: 1,
      groups: new Int32Array(0),
      parallelTrees: 1,
    };
  }
  if (name !== 'gbtree' && name !== 'dart') throw damaged(`the booster ${shown(name)} is not known`);
  const at = reader.skip(GBTREE_BYTES);
  const count = reader.i32(at);
  if (count < 0) throw damaged(`num_trees is ${count}`);
  const trees: TreeArrays[] = [];
  for (let t = 0; t < count; t++) trees.push(readTree(reader, t));
  const groups = reader.ints(count);
  const parallelTrees = Math.max(1, reader.i32(at + 4));
  const part = { booster: name, trees, leafWidth: 1, groups, parallelTrees } as const;
  if (name === 'gbtree' || count === 0) return part;
  const weights = reader.length(Number.MAX_SAFE_INTEGER);
  if (weights !== count) throw damaged(`there are ${weights} weights of ${count} trees`);
  return { ...part, treeWeights: reader.floats(weights) };
}

function readTree(reader: BinaryReader, position: number): TreeArrays {
  const at = reader.skip(TREE_BYTES);
  const size = reader.i32(at + 4);
  if (size < 1) throw damaged(`tree ${position} has ${size} nodes`);
  if (reader.i32(at + 20) > 1)
    throw damaged(`tree ${position} has leaves of several values, which this form has not`);
  const nodes = reader.skip(NODE_BYTES * size);
  reader.skip(STATISTICS_BYTES * size);
  const tree = {
    left: new Int32Array(size),
    right: new Int32Array(size),
    feature: new Int32Array(size),
    condition: new Float32Array(size),
    defaultLeft: new Uint8Array(size),
  };
  for (let k = 0, node = nodes; k < size; k++, node += NODE_BYTES) {
    const index = reader.u32(node + 12);
    tree.left[k] = reader.i32(node + 4);
    tree.right[k] = reader.i32(node + 8);
    tree.feature[k] = index % DEFAULT_LEFT;
    tree.defaultLeft[k] = +(index >= DEFAULT_LEFT);
    tree.condition[k] = reader.f32(node + 16);
  }
  return tree;
}

function readAttributes(reader: BinaryReader): Map<string, string> {
  const count = reader.length(MOST_ATTRIBUTES);
  const attributes = new Map<string, string>();
  for (let k = 0; k < count; k++) attributes.set(reader.text(), reader.text());
  return attributes;
}
