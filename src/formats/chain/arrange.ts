/** Which part each entry of the files has in the model, where no recipe says so. */
import { type Label, ModelFileError } from '../../inference/model.js';
import { NoPredictor } from '../bundle-errors.js';
import { whatIs, type Entry } from './contents.js';
import { nameOf } from './recipe.js';

/** The entries in the order in which the table passes through them, and what is done with the answers. */
export interface Arrangement {
  /** Transformers in order; the last one may predict. */
  readonly steps: readonly Entry[];
  /** Encoders of one column each, which go before all steps or turn the answers back. */
  readonly encoders: readonly Entry[];
  /** Class labels, as a list of the bundle. */
  readonly labels?: readonly string[];
  readonly target?: Entry;
  /** Lists of names that may be those of the columns. */
  readonly columnLists: readonly (readonly string[])[];
  /** What is in the files and not used, for people. */
  readonly unused: readonly string[];
}

const TARGET = /(^|[^a-z])(y|target|label|output)([^a-z]|$)/i;
const LABELS = /class|label|target|outcome|categor/i;

/** @throws ModelFileError naming all that stands in the way */
export function arrange(entries: readonly Entry[]): Arrangement {
  refuseUnsupported(entries);
  const estimators = entries.filter(
    ({ content }) => content.kind === 'estimator' || content.kind === 'model',
  );
  if (estimators.length === 0) throw new NoPredictor(`no model was found: ${listing(entries)}`);
  const encoders = estimators.length > 1 ? estimators.filter(isLabelEncoder) : [];
  const others = estimators.filter((entry) => !encoders.includes(entry));
  if (others.length === 0) {
    throw new NoPredictor(
      `no model was found, only encoders: ${listing(encoders)}; import them together with their model`,
    );
  }
  const predictor = predictorOf(others);
  const classifies = predictor !== undefined && classesOf(predictor) !== undefined;
  const target = classifies || predictor === undefined ? undefined : targetScaler(others, predictor);
  const steps = others.filter((entry) => entry !== predictor && entry !== target);
  const lists = entries.flatMap(({ key, content }) =>
    content.kind === 'names' ? [{ key, names: content.names }] : [],
  );
  const labels = lists.find(
    ({ key, names }) =>
      LABELS.test(key) && predictor !== undefined && isCountOfClasses(classesOf(predictor), names.length),
  );
  return {
    steps: predictor === undefined ? steps : [...steps, predictor],
    encoders,
    ...(labels && { labels: labels.names }),
    ...(target && { target }),
    columnLists: lists.filter((list) => list !== labels).map(({ names }) => names),
    unused: entries
      .filter(({ content }) => content.kind === 'number' || content.kind === 'other')
      .map((entry) => `${nameOf(entry.reference)}: ${whatIs(entry.content)}`),
  };
}

function refuseUnsupported(entries: readonly Entry[]): void {
  const reasons = entries.flatMap(({ reference, content }) =>
    content.kind === 'refused' ? [`${nameOf(reference)}: ${content.reason}`] : [],
  );
  if (reasons.length > 0) throw new ModelFileError([...new Set(reasons)].slice(0, 10).join('; '));
}

function isLabelEncoder({ content }: Entry): boolean {
  return content.kind === 'estimator' && content.part.object?.shortName === 'LabelEncoder';
}

const predicts = ({ content }: Entry): boolean =>
  content.kind === 'model' || (content.kind === 'estimator' && content.part.evaluator.predict !== undefined);

const transforms = ({ content }: Entry): boolean =>
  content.kind === 'estimator' && content.part.evaluator.transform !== undefined;

/** The one that predicts. Of several, those that transform too (a KMeans, a selector) may stand before it. */
function predictorOf(entries: readonly Entry[]): Entry | undefined {
  const all = entries.filter(predicts);
  if (all.length < 2) return all[0];
  const only = all.filter((entry) => !transforms(entry));
  if (only.length === 1) return only[0];
  const names = all.slice(0, 20).map(({ reference, content }) => `${nameOf(reference)} (${whatIs(content)})`);
  const oneFile = new Set(all.map(({ reference }) => reference.file)).size === 1;
  throw new ModelFileError(
    `${all.length} models were found: ${names.join(', ')}; ` +
      (oneFile ? 'choose one with --entry' : 'import each by itself, or name the steps in modelgate.yaml'),
  );
}

export function classesOf({ content }: Entry): readonly Label[] | undefined {
  if (content.kind === 'estimator') return content.part.evaluator.classes;
  return content.kind === 'model' ? content.signature.classes : undefined;
}

/** Whether the classes are 0, 1, …, count - 1: numbers of labels that are kept elsewhere. */
export function isCountOfClasses(classes: readonly Label[] | undefined, count: number): boolean {
  return (
    classes?.length === count && classes.every((label, k) => Number(label) === k && typeof label !== 'string')
  );
}

function targetScaler(entries: readonly Entry[], predictor: Entry): Entry | undefined {
  return entries.find(
    (entry) =>
      entry !== predictor &&
      TARGET.test(entry.key) &&
      entry.content.kind === 'estimator' &&
      entry.content.part.evaluator.nFeatures === 1 &&
      entry.content.part.object !== undefined &&
      transforms(entry),
  );
}

/** What the files hold, for a message. */
export function listing(entries: readonly Entry[]): string {
  const shown = entries
    .slice(0, 20)
    .map(({ reference, content }) => `${nameOf(reference)} is ${whatIs(content)}`);
  return shown.join('; ') + (entries.length > shown.length ? '; …' : '');
}
