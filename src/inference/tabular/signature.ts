/** What a tabular model takes and gives, from its evaluator. */
import { ModelInputError, type Feature, type Signature, ModelFileError } from '../model.js';
import type { Datatype, TensorSpec } from '../tensor.js';
import type { Evaluator, Table } from './evaluator.js';
import { answer, outputsOf, type OutputName } from './answers.js';

/** What of a model its file tells beside the evaluator. */
export interface TabularFacts {
  /** What the model is called in messages: its class. */
  readonly title: string;
  /** Names of the columns, where the evaluator does not tell. */
  readonly names?: readonly string[];
  /** The datatype of `predict`. */
  readonly predict: Datatype;
}

/**
 * One input `input-0` of [-1, n] float64 where all features are numbers, else one input of [-1, 1] a feature.
 * @param featureNames what the user calls the columns, where the file does not tell
 * @throws ModelFileError where the names do not fit, or nothing can be asked of the model
 */
export function tabularSignature(
  evaluator: Evaluator,
  facts: TabularFacts,
  featureNames: readonly string[] | undefined,
): Signature {
  const outputs = outputSpecs(evaluator, facts.predict);
  if (outputs.length === 0)
    throw new ModelFileError(`${facts.title} gives neither predictions nor a transformed table`);
  const { classes } = evaluator;
  return {
    ...inputsOf(evaluator, facts.names, featureNames),
    outputs,
    defaultOutputs: [outputs[0].name],
    ...(classes && { classes: [...classes] }),
  };
}

function inputsOf(
  evaluator: Evaluator,
  fitted: readonly string[] | undefined,
  given: readonly string[] | undefined,
): Pick<Signature, 'inputs' | 'features' | 'unnamed'> {
  const nFeatures = evaluator.nFeatures < 0 ? (given?.length ?? -1) : evaluator.nFeatures;
  const table: TensorSpec = { name: 'input-0', datatype: 'FP64', shape: [-1, nFeatures] };
  if (nFeatures < 0) return { inputs: [table] };
  const names = namesOf(evaluator.featureNames ?? fitted, nFeatures, given);
  const unnamed = names === undefined;
  const features = Array.from({ length: nFeatures }, (_, j) =>
    featureOf(evaluator, names?.[j] ?? `f${j}`, j),
  );
  const numeric = features.every(({ datatype }) => datatype === 'FP64');
  return {
    inputs: numeric ? [table] : features.map(({ name, datatype }) => ({ name, datatype, shape: [-1, 1] })),
    features,
    ...(unnamed && { unnamed }),
  };
}

/** The features' names, undefined where neither the file nor the user tells any. */
function namesOf(
  own: readonly string[] | undefined,
  nFeatures: number,
  given: readonly string[] | undefined,
): readonly string[] | undefined {
  if (given !== undefined && given.length !== nFeatures) {
    throw new ModelFileError(`${given.length} feature names were given for a model of ${nFeatures} features`);
  }
  if (given !== undefined && new Set(given).size !== given.length) {
    throw new ModelFileError('two of the feature names that were given are the same');
  }
  if (own === undefined) return given;
  if (given?.some((name, j) => name !== own[j])) {
    throw new ModelFileError(
      `feature names were given, but the file names its features itself: ${own.slice(0, 20).join(', ')}`,
    );
  }
  return own;
}

function featureOf(evaluator: Evaluator, name: string, column: number): Feature {
  const { acceptsMissing, missingColumns, numberCategories, ranges, textColumns, unusedColumns } = evaluator;
  const words = textColumns?.get(column);
  const categories = words ?? numberCategories?.get(column);
  const range = ranges?.get(column);
  const ignored = unusedColumns?.has(column) === true;
  const nullable = ignored || (acceptsMissing === true && (missingColumns?.has(column) ?? true));
  return {
    name,
    datatype: words === undefined ? 'FP64' : 'BYTES',
    ...(range && { range }),
    ...(categories !== undefined && categories.length > 0 && { categories }),
    ...(nullable && { nullable }),
    ...(ignored && { ignored }),
  };
}

function outputSpecs(evaluator: Evaluator, predict: Datatype): TensorSpec[] {
  return outputsOf(evaluator).map((name) => {
    const datatype = name === 'predict' ? predict : 'FP64';
    return seenSpec(evaluator, name, datatype) ?? { name, datatype, shape: unseenShape(name, evaluator) };
  });
}

/** An output as one answered row shows it; undefined where the model answers none of the rows tried. */
function seenSpec(evaluator: Evaluator, name: OutputName, datatype: Datatype): TensorSpec | undefined {
  for (const value of [0, 1]) {
    const row = exampleRow(evaluator, value);
    try {
      const isText = name === 'transform' && (evaluator.transform!(row).text?.size ?? 0) > 0;
      const spec: TensorSpec = { name, datatype: isText ? 'BYTES' : datatype, shape: [] };
      return { ...spec, shape: [-1, ...answer(evaluator, spec, row).shape.slice(1)] };
    } catch (error) {
      if (!(error instanceof ModelInputError)) throw error;
    }
  }
  return undefined;
}

/** One row of the same number throughout, and of the first category where a column is text. */
function exampleRow({ nFeatures, textColumns }: Evaluator, value: number): Table {
  const columns = Math.max(nFeatures, 1);
  const numbers = new Float64Array(columns).fill(value);
  const text = new Map([...(textColumns ?? [])].map(([j, [first = '']]) => [j, [first]]));
  for (const j of text.keys()) numbers[j] = NaN;
  return { rows: 1, columns, numbers, ...(text.size > 0 && { text }) };
}

function unseenShape(name: OutputName, { classes, nOutputs }: Evaluator): number[] {
  if (name === 'predict') return nOutputs === undefined || nOutputs === 1 ? [-1] : [-1, nOutputs];
  if (name === 'predict_proba') return [-1, classes?.length ?? -1];
  return name === 'decision_function' && classes?.length === 2 ? [-1] : [-1, -1];
}
