/** Completes a recipe from what the files tell, or writes one where there is none. */
import { ModelFileError } from '../../inference/model.js';
import { arrange, classesOf, isCountOfClasses, listing, type Arrangement } from './arrange.js';
import { encodedLabels, nodeOf, type CompleteRecipe, type Lookup } from './build.js';
import { inputColumns, needOf, type Node } from './columns.js';
import { columnsTaken } from './compose.js';
import type { Entry } from './contents.js';
import { nameOf, type Recipe, type RecipeStep } from './recipe.js';
import { columnsOfModel } from './tail-model.js';

export interface Understood {
  readonly recipe: CompleteRecipe;
  /** What is in the files and not used, for people. */
  readonly unused: readonly string[];
}

/**
 * @param entries of all files, in the order given
 * @param recipe what the user wrote
 * @param featureNames what the user calls the columns
 * @throws ModelFileError naming what does not fit, or has to be said in a recipe
 */
export function understand(
  entries: readonly Entry[],
  lookup: Lookup,
  recipe: Recipe | undefined,
  featureNames: readonly string[] | undefined,
): Understood {
  const arrangement = recipe === undefined ? arrange(entries) : written(entries, recipe);
  const steps = recipe?.steps.flatMap((step) => expanded(step, entries)) ?? arrangement.steps.map(stepOf);
  const listed = recipe?.features && { names: recipe.features, count: recipe.features.length };
  const columns = listed ?? columnsOf(steps, lookup, arrangement, featureNames);
  const { front, labels } = placeEncoders(arrangement, columns);
  const { names } = columns;
  const features = names === undefined ? madeUp(columns.count, steps) : [...names];
  return {
    recipe: {
      ...recipe,
      features,
      ...(names === undefined && { unnamed: true }),
      steps: withColumns([...front, ...steps], lookup, features),
      ...(labels !== undefined && { labels }),
      ...(arrangement.target && { target: arrangement.target.reference }),
    },
    unused: arrangement.unused,
  };
}

/** The steps, each with the columns that it takes where these are not all. */
function withColumns(
  steps: readonly RecipeStep[],
  lookup: Lookup,
  features: readonly string[],
): RecipeStep[] {
  const evaluated = steps.filter((step) => lookup(step).kind !== 'model');
  const taken = columnsTaken(
    evaluated.map((step) => nodeOf(step, lookup)),
    features,
  );
  return steps.map((step, k) => {
    const columns = taken[k];
    return columns === undefined ? step : { ...step, columns };
  });
}

const stepOf = ({ reference }: Entry): RecipeStep => reference;

/** Nothing is guessed where the user has written the steps. */
function written(entries: readonly Entry[], { features }: Recipe): Arrangement {
  const lists =
    features === undefined
      ? entries.flatMap(({ content }) => (content.kind === 'names' ? [content.names] : []))
      : [];
  return { steps: [], encoders: [], columnLists: lists, unused: [] };
}

/** A step that names a dict of encoders stands for one step for each, on the column of its key. */
function expanded(step: RecipeStep, entries: readonly Entry[]): RecipeStep[] {
  const inside = entries.filter(({ reference }) => isWithin(reference, step));
  if (inside.length === 0 || inside.some(({ content }) => content.kind !== 'estimator')) return [step];
  const wanted = step.columns && new Set(step.columns);
  return inside
    .filter(({ key }) => wanted === undefined || wanted.has(key))
    .map(({ key, reference }): RecipeStep => ({ ...reference, columns: [key] }));
}

function isWithin(reference: Entry['reference'], step: RecipeStep): boolean {
  const [inner, outer] = [reference, step].map(({ entry }) => (entry === undefined ? [] : [entry].flat()));
  return (
    reference.file === step.file &&
    inner.length === outer.length + 1 &&
    outer.every((key, k) => String(key) === String(inner[k]))
  );
}

interface Columns {
  readonly names?: readonly string[];
  readonly count: number;
}

function columnsOf(
  steps: readonly RecipeStep[],
  lookup: Lookup,
  { columnLists }: Arrangement,
  given: readonly string[] | undefined,
): Columns {
  const last = lookup(steps[steps.length - 1]);
  const before = steps.slice(0, -1);
  const isTail = last.kind === 'model';
  const nodes = (isTail || predicts(last) ? before : steps).map((step) => nodeOf(step, lookup));
  const found = inputColumns(nodes, lastNeed(steps, lookup, nodes, columnLists));
  if (found.names !== undefined) return checkGiven(found, given);
  const count = found.count < 0 ? (given?.length ?? -1) : found.count;
  const list = given ?? columnLists.find(({ length }) => length === count);
  if (list === undefined) return { count };
  if (list.length !== count)
    throw new ModelFileError(`${list.length} feature names were given for ${count} features`);
  return { names: list, count };
}

const predicts = (content: Entry['content']): boolean =>
  content.kind === 'estimator' && content.part.evaluator.predict !== undefined;

/** What the step that predicts needs of those before it. */
function lastNeed(
  steps: readonly RecipeStep[],
  lookup: Lookup,
  nodes: readonly Node[],
  columnLists: Arrangement['columnLists'],
): Columns & { name: string } {
  const step = steps[steps.length - 1];
  const content = lookup(step);
  const name = nameOf(step);
  if (content.kind === 'model') {
    return { name, count: nodes.length === 0 ? -1 : columnsOfModel(name, content.signature) };
  }
  if (content.kind !== 'estimator' || nodes.length === steps.length) return { name, count: -1 };
  const need = needOf({ part: content.part, ...(step.columns && { columns: step.columns }) });
  const list = need.names === undefined ? columnLists.find(({ length }) => length === need.count) : undefined;
  return { ...need, ...(list && { names: list }), name };
}

function checkGiven(found: Columns, given: readonly string[] | undefined): Columns {
  if (given === undefined) return found;
  const names = found.names!;
  if (given.length === names.length && given.every((name) => names.includes(name)))
    return { names: given, count: given.length };
  throw new ModelFileError(
    `feature names were given, but the files name the features themselves: ${names.slice(0, 20).join(', ')}`,
  );
}

/** Encoders of a column go to the front; one that is left turns the model's classes back into labels. */
function placeEncoders(arrangement: Arrangement, { names }: Columns) {
  const predictor = arrangement.steps.at(-1);
  const classes = predictor && classesOf(predictor);
  const front: RecipeStep[] = [];
  let labels: Recipe['labels'] = arrangement.labels && [...arrangement.labels];
  const homeless: Entry[] = [];
  for (const encoder of arrangement.encoders) {
    const column = columnFor(encoder, names ?? []);
    const count =
      encoder.content.kind === 'estimator' ? (encodedLabels(encoder.content.part)?.length ?? 0) : 0;
    if (column !== undefined) front.push({ ...encoder.reference, columns: [column] });
    else if (labels === undefined && isCountOfClasses(classes, count)) labels = encoder.reference;
    else homeless.push(encoder);
  }
  if (homeless.length > 0) {
    const where =
      names === undefined ? 'the files name no columns' : `columns: ${names.slice(0, 30).join(', ')}`;
    throw new ModelFileError(
      `no column was found for ${listing(homeless)}; ${where}; ` +
        (names === undefined
          ? 'name them in order with --feature-names'
          : 'say which column each takes in modelgate.yaml (docs/chains.md)'),
    );
  }
  return { front, labels };
}

/** The column of this name, or the longest whose name is part of the file's: `label_encoder_gender.pkl`. */
function columnFor({ key }: Entry, names: readonly string[]): string | undefined {
  if (names.includes(key)) return key;
  const words = ` ${plain(key.replace(/\.\w{1,8}$/, ''))} `;
  const found = names.filter((name) => plain(name) !== '' && words.includes(` ${plain(name)} `));
  return found.sort((a, b) => b.length - a.length)[0];
}

const plain = (text: string): string =>
  text
    .slice(0, 300)
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();

function madeUp(count: number, steps: readonly RecipeStep[]): string[] {
  if (count < 0)
    throw new ModelFileError(
      `${nameOf(steps[0])} takes any number of columns; name them with --feature-names`,
    );
  return Array.from({ length: count }, (_, j) => `f${j}`);
}
