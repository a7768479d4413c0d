/** The learner in a JSON or UBJSON document. */
import {
  damaged,
  type Fields,
  numbers,
  type Numbers,
  object,
  objects,
  shown,
  text,
  texts,
  type Value,
  whole,
} from './document.js';
import { readCategoryNames } from './category-names.js';
import { type Learner, MOST_FEATURES, MOST_OUTPUTS, MOST_TREES } from './learner.js';
import { readTree } from './read-tree.js';
import type { Version } from './version.js';

/** @throws ModelFileError naming the member that is missing or of the wrong kind */
export function learnerOf(document: Value): Learner {
  if (!(document instanceof Map))
    throw damaged(`the document is ${shown(document)}, where an object was expected`);
  // A pickled Booster has the training configuration beside the model.
  const root = (document.has('Model') ? object(document, 'Model') : document) as Fields;
  const learner = object(root, 'learner');
  const parameters = object(learner, 'learner_model_param');
  const nFeatures = whole(parameters, 'num_feature', 0, MOST_FEATURES);
  const nClasses = whole(parameters, 'num_class', 0, MOST_OUTPUTS, 0);
  const nTargets = whole(parameters, 'num_target', 0, MOST_OUTPUTS, 1);
  const nOutputs = Math.max(nClasses, nTargets, 1);
  const booster = object(learner, 'gradient_booster');
  const names = namesOf(learner, 'feature_names', nFeatures);
  const types = namesOf(learner, 'feature_types', nFeatures);
  const version = versionOf(root);
  return {
    version,
    objective: text(object(learner, 'objective'), 'name'),
    base: baseOf(text(parameters, 'base_score'), nOutputs),
    nFeatures,
    nClasses,
    nOutputs,
    attributes: attributesOf(learner),
    ...(names && { featureNames: names }),
    ...(types && { featureTypes: types }),
    ...boosterOf(booster, nFeatures, nOutputs, version),
  };
}

function versionOf(root: Fields): Version {
  const parts = numbers(root, 'version', 3);
  if (!parts.every((part) => Number.isInteger(part) && part >= 0 && part < 1000))
    throw damaged('version is not a version');
  return [parts[0], parts[1], parts[2]];
}

/** One number up to 3.0, a list from 3.1 on. */
function baseOf(written: string, nOutputs: number): Float32Array {
  const values = written.replace(/^\[(.*)\]$/s, '$1').split(',', MOST_OUTPUTS + 1);
  const base = Float32Array.from(values, (value) => (value.trim() === '' ? NaN : Number(value)));
  if (!base.every(Number.isFinite)) throw damaged(`base_score is ${shown(written)}`);
  if (base.length !== 1 && base.length !== nOutputs)
    throw damaged(`base_score has ${base.length} values for ${nOutputs} outputs`);
  return base;
}

function namesOf(learner: Fields, key: string, nFeatures: number): readonly string[] | undefined {
  const names = texts(learner, key);
  if (names !== undefined && names.length !== nFeatures)
    throw damaged(`${key} has ${names.length} entries for ${nFeatures} features`);
  return names;
}

function attributesOf(learner: Fields): ReadonlyMap<string, string> {
  const found = learner.get('attributes');
  if (!(found instanceof Map)) return new Map();
  return new Map(
    [...(found as Fields)].filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

type BoosterPart = Pick<
  Learner,
  | 'booster'
  | 'trees'
  | 'leafWidth'
  | 'groups'
  | 'rounds'
  | 'parallelTrees'
  | 'treeWeights'
  | 'weights'
  | 'categories'
>;

function boosterOf(booster: Fields, nFeatures: number, nOutputs: number, version: Version): BoosterPart {
  const name = text(booster, 'name');
  if (name === 'gblinear') {
    const weights = numbers(object(booster, 'model'), 'weights', (nFeatures + 1) * nOutputs);
    return { booster: name, weights, trees: [], leafWidth: 1, groups: new Uint8Array(0), parallelTrees: 1 };
  }
  if (name !== 'gbtree' && name !== 'dart') throw damaged(`the booster ${shown(name)} is not known`);
  // Up to 3.2 dart holds a gbtree and the weights beside it.
  const outer = name === 'dart' && booster.has('gbtree') ? object(booster, 'gbtree') : booster;
  const model = object(outer, 'model');
  const weights = booster.has('weight_drop') ? booster : model;
  return { ...treesOf(model, nFeatures, version), booster: name, ...weightsOf(weights, name) };
}

function weightsOf(holder: Fields, booster: string): Pick<Learner, 'treeWeights'> {
  if (!holder.has('weight_drop')) {
    if (booster === 'dart') throw damaged('weight_drop is missing');
    return {};
  }
  return { treeWeights: numbers(holder, 'weight_drop') };
}

function treesOf(model: Fields, nFeatures: number, version: Version): Omit<BoosterPart, 'booster'> {
  const parameters = object(model, 'gbtree_model_param');
  const found = objects(model, 'trees');
  const count = whole(parameters, 'num_trees', 0, MOST_TREES);
  if (count !== found.length) throw damaged(`num_trees is ${count}, but there are ${found.length} trees`);
  const widths = new Set(
    found.map((tree) => whole(object(tree, 'tree_param'), 'size_leaf_vector', 0, MOST_OUTPUTS, 0)),
  );
  const [width = 1] = widths;
  if (widths.size > 1) throw damaged('leaves of some trees have more values than those of others');
  const leafWidth = Math.max(1, width);
  const words = { left: 2 ** 24 };
  const trees = found.map((tree, t) => readTree(tree, t, nFeatures, leafWidth, words));
  const groups = numbers(model, 'tree_info', count);
  const rounds: Numbers | undefined = model.has('iteration_indptr')
    ? numbers(model, 'iteration_indptr')
    : undefined;
  const categories = model.has('cats')
    ? readCategoryNames(object(model, 'cats'), nFeatures, version)
    : undefined;
  return {
    trees,
    leafWidth,
    groups,
    parallelTrees: whole(parameters, 'num_parallel_tree', 0, MOST_TREES, 1),
    ...(rounds && rounds.length > 1 && { rounds }),
    ...(categories && { categories }),
  };
}
