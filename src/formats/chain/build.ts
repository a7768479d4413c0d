/** The model that a complete recipe describes. */
import { type Label, ModelFileError, type Signature } from '../../inference/model.js';
import { labelDatatype } from '../../inference/labels.js';
import type { Evaluator } from '../../inference/tabular/evaluator.js';
import { tabularSignature } from '../../inference/tabular/signature.js';
import type { TabularPart } from '../part.js';
import { labels as labelsIn } from '../pickle/attributes.js';
import { withLabels, withTarget, withThreshold } from './answers.js';
import type { Node } from './columns.js';
import { columnsFor, composeSteps, joined } from './compose.js';
import type { Content } from './contents.js';
import { nameOf, type Recipe, type RecipeStep, type Reference } from './recipe.js';
import { columnsOfModel, tailSignature } from './tail-model.js';

/** A recipe in which nothing is left to be told from the files. */
export type CompleteRecipe = Recipe & { readonly features: string[] };

export interface BuiltChain {
  readonly signature: Signature;
  /** All steps, or those before a model of another runtime. */
  readonly evaluator: Evaluator | undefined;
  /** The step that another runtime computes. */
  readonly tail?: RecipeStep;
}

/** Looks up what a file's entry holds. @throws ModelFileError */
export type Lookup = (reference: Reference) => Content;

/** @throws ModelFileError where the steps do not fit one another */
export function buildChain(recipe: CompleteRecipe, lookup: Lookup): BuiltChain {
  const last = recipe.steps.at(-1)!;
  const content = lookup(last);
  return content.kind === 'model'
    ? withTail(recipe, lookup, last, content.signature)
    : tabular(recipe, lookup);
}

/** A step with its estimator. */
export function nodeOf(step: RecipeStep, lookup: Lookup): Node {
  const content = lookup(step);
  const { columns, names } = step;
  if (content.kind === 'estimator') {
    return { name: nameOf(step), part: content.part, ...(columns && { columns }), ...(names && { names }) };
  }
  if (content.kind === 'refused') throw new ModelFileError(`${nameOf(step)}: ${content.reason}`);
  throw new ModelFileError(
    content.kind === 'model'
      ? `${nameOf(step)} can only be the last step`
      : `${nameOf(step)} is not an estimator; modelgate.yaml lists it as a step`,
  );
}

function tabular(recipe: CompleteRecipe, lookup: Lookup): BuiltChain {
  const { features, unnamed } = recipe;
  const nodes = recipe.steps.map((step) => nodeOf(step, lookup));
  const last = nodes[nodes.length - 1];
  const whole =
    last.part.evaluator.predict === undefined
      ? composeSteps(nodes, features).evaluator!
      : predicting(nodes, features);
  const { evaluator, labels } = answering(whole, recipe, lookup);
  const named: Evaluator = {
    ...evaluator,
    nFeatures: features.length,
    featureNames: unnamed ? undefined : features,
  };
  const predict = labels !== undefined ? labelDatatype(labels) : recipe.target ? 'FP64' : last.part.predict;
  return {
    evaluator: named,
    signature: tabularSignature(named, { title: last.part.title, predict }, undefined),
  };
}

function predicting(nodes: readonly Node[], features: readonly string[]): Evaluator {
  const last = nodes[nodes.length - 1];
  const table = composeSteps(nodes.slice(0, -1), features);
  return joined(columnsFor(last, table), last.part.evaluator);
}

function answering(evaluator: Evaluator, { labels, target, threshold }: Recipe, lookup: Lookup) {
  const names = labels && labelsOf(labels, lookup);
  let answering = names === undefined ? evaluator : withLabels(evaluator, names);
  if (threshold !== undefined) answering = withThreshold(answering, threshold);
  if (target !== undefined) answering = withTarget(answering, objectAt(target, lookup));
  return { evaluator: answering, labels: names };
}

function labelsOf(labels: NonNullable<Recipe['labels']>, lookup: Lookup): readonly Label[] {
  if (Array.isArray(labels)) return labels;
  const content = lookup(labels);
  if (content.kind === 'names') return content.names;
  const classes = content.kind === 'estimator' ? encodedLabels(content.part) : undefined;
  if (classes === undefined)
    throw new ModelFileError(`${nameOf(labels)} is not a LabelEncoder or a list of labels`);
  return classes;
}

/** What a LabelEncoder was fitted on; undefined for other estimators. */
export function encodedLabels({ title, object }: TabularPart): readonly Label[] | undefined {
  return object === undefined || title !== 'LabelEncoder' ? undefined : labelsIn(object);
}

function objectAt(reference: Reference, lookup: Lookup) {
  const content = lookup(reference);
  if (content.kind === 'estimator' && content.part.object !== undefined) return content.part.object;
  throw new ModelFileError(`${nameOf(reference)} is not a scaler out of a pickle`);
}

function withTail(
  recipe: CompleteRecipe,
  lookup: Lookup,
  tail: RecipeStep,
  signature: Signature,
): BuiltChain {
  const { features, unnamed, labels, target, threshold } = recipe;
  if (labels !== undefined || target !== undefined || threshold !== undefined) {
    throw new ModelFileError(
      `labels, target and threshold need a tabular model at the end; found ${nameOf(tail)}`,
    );
  }
  const nodes = recipe.steps.slice(0, -1).map((step) => nodeOf(step, lookup));
  if (nodes.length === 0) return { evaluator: undefined, tail, signature };
  const { evaluator, names } = composeSteps(nodes, features);
  const takes = columnsOfModel(nameOf(tail), signature);
  if (names.length !== takes)
    throw new ModelFileError(`${nameOf(tail)} takes ${takes} columns, and ${names.length} arrive there`);
  return { evaluator, tail, signature: tailSignature(evaluator!, unnamed ? undefined : features, signature) };
}
