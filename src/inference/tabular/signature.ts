/** The signature of a tabular model, from its evaluator. */
import { shownLabel } from '../labels.js';
import {
  FeatureCountError,
  ModelInputError,
  type Feature,
  type Signature,
  ModelFileError,
} from '../model.js';
import type { Datatype, TensorSpec } from '../tensor.js';
import type { Evaluator, Table } from './evaluator.js';
import { answer, outputsOf, type OutputName } from './answers.js';

/** Facts from a model's file that the evaluator does not have. */
export interface TabularFacts {
  /** The model's name in messages: its class. */
  readonly title: string;
  /** Names of the columns, if the evaluator has none. */
  readonly names?: readonly string[];
  /** The datatype of `predict`. */
  readonly predict: Datatype;
}

/**
 * One input `input-0` of [-1, n] float64 if all features are numbers, else one input of [-1, 1] per feature.
 * @param featureNames names from the user, if the file has none
 * @throws ModelFileError if the names do not fit, or if the model has no output
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
    ...(classes && { classes: classes.map(shownLabel) }),
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
  const isText = nFeatures === 1 && evaluator.textColumns?.get(0)?.length === 0;
  const features = Array.from({ length: nFeatures }, (_, j) =>
    featureOf(evaluator, names?.[j] ?? (isText ? 'text' : `f${j}`), j),
  );
  const numeric = features.every(({ datatype }) => datatype === 'FP64');
  return {
    inputs: numeric ? [table] : features.map(({ name, datatype }) => ({ name, datatype, shape: [-1, 1] })),
    features,
    ...(unnamed && { unnamed }),
  };
}

/** The features' names; undefined if neither the file nor the user gives any. */
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

/**
 * An output's shape and datatype, found by predicting a row; undefined if the model rejects all rows that were tried.
 */
function seenSpec(evaluator: Evaluator, name: OutputName, datatype: Datatype): TensorSpec | undefined {
  for (const value of [0, 1]) {
    const row = exampleRow(evaluator, value);
    try {
      const isText = name === 'transform' && (evaluator.transform!(row).text?.size ?? 0) > 0;
      const spec: TensorSpec = { name, datatype: isText ? 'BYTES' : datatype, shape: [] };
      const { shape } = answer(evaluator, spec, row);
      checkClasses(evaluator, name, shape[1]);
      return { ...spec, shape: [-1, ...shape.slice(1)] };
    } catch (error) {
      // An array of a length that cannot be, or a table of another width, comes from parts of the file that disagree.
      if (error instanceof RangeError || error instanceof FeatureCountError)
        throw new ModelFileError(
          `the parts of the model do not fit one another: ${error.message}; the file is damaged`,
        );
      if (!(error instanceof ModelInputError)) throw error;
    }
  }
  return undefined;
}

/** @throws ModelFileError if probabilities are not those of the classes */
function checkClasses({ classes }: Evaluator, name: OutputName, columns: number | undefined): void {
  if (name !== 'predict_proba' || !classes || columns === classes.length) return;
  throw new ModelFileError(
    `the model gives ${columns} probabilities a row for ${classes.length} classes; the file is damaged`,
  );
}

/** A row with the same number in each column, or the first category in columns of text. */
export function exampleRow({ nFeatures, textColumns }: Evaluator, value: number): Table {
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
