/** sklearn.pipeline.Pipeline. */
import { attribute, checkSize, refuse } from '../../pickle/attributes.js';
import type {
  ColumnSource,
  Evaluator,
  Matrix,
  Prediction,
  Table,
} from '../../../inference/tabular/evaluator.js';
import { inBlocks } from '../../../inference/tabular/blocks.js';
import type { EvaluatorFactory } from '../../pickle/library.js';
import { refuseMissing, relocate } from '../../../inference/tabular/tables.js';
import type { PyObject } from '../../pickle/values.js';
import { identity } from './function.js';
import { answersMissing, missingOf, stepsOf } from './steps.js';

/** The steps one after the other. It answers what its last step answers: predictions, or a transformed table. */
export const pipeline: EvaluatorFactory = (estimator, build) => {
  const steps = stepsOf(estimator, attribute(estimator, 'steps'), 'passthrough').flatMap(({ name, step }) => {
    if (step === 'drop') refuse(estimator, '"drop" as a step');
    return step === 'passthrough' ? [] : [{ name, evaluator: build(step) }];
  });
  if (steps.length === 0) return identity(-1, estimator);
  return steps.slice(1).reduce((before, { name, evaluator }) => {
    checkFit(estimator, name, before, evaluator);
    return chain(before, evaluator);
  }, steps[0].evaluator);
};

function checkFit(owner: PyObject, name: string, before: Evaluator, after: Evaluator): void {
  if (before.transform === undefined) refuse(owner, `a predictor before the step ${name}`);
  const given = before.nFeatures < 0 ? -1 : (before.sources?.length ?? -1);
  if (given >= 0 && after.nFeatures >= 0)
    checkSize(owner, `the step ${name}`, given, after.nFeatures, 'columns');
}

/** Two evaluators as one; the first is a transformer. */
export function chain(first: Evaluator, second: Evaluator): Evaluator {
  const nFeatures = first.nFeatures < 0 ? second.nFeatures : first.nFeatures;
  const sources = first.nFeatures < 0 ? ownSources(nFeatures) : first.sources;
  const placeOf = (column: number): number | string => {
    const source = sources?.[column];
    return source === undefined ? `${column} of an inner step` : source.column;
  };
  const handOver = (x: Table): Table => {
    const between = first.transform!(x);
    try {
      refuseMissing(between, second);
    } catch (error) {
      throw relocate(error, placeOf);
    }
    return between;
  };
  const through =
    <T extends Table | Matrix | Prediction>(method: ((x: Table) => T) | undefined) =>
    (x: Table): T => {
      const between = handOver(x);
      try {
        return between.sparse === undefined || second.takesSparse === true
          ? method!(between)
          : inBlocks(between, method!);
      } catch (error) {
        throw relocate(error, placeOf);
      }
    };
  return {
    nFeatures,
    featureNames: first.featureNames ?? (first.nFeatures < 0 ? second.featureNames : undefined),
    textColumns: textColumnsOf(first, second, sources),
    numberCategories: ofInput(first.numberCategories, second.numberCategories, sources),
    ranges: ofInput(first.ranges, second.ranges, sources),
    unusedColumns: first.unusedColumns,
    ...missingOf(Math.max(nFeatures, 0), carriesMissing(first, second, sources)),
    ...(nFeatures < 0 && { acceptsMissing: first.acceptsMissing && second.acceptsMissing }),
    sources: composeSources(sources, second),
    classes: second.classes,
    nOutputs: second.nOutputs,
    counts: second.counts,
    takesSparse: first.takesSparse,
    ...(second.predict && { predict: through(second.predict) }),
    ...(second.predictProba && { predictProba: through(second.predictProba) }),
    ...(second.decisionFunction && { decisionFunction: through(second.decisionFunction) }),
    ...(second.margin && { margin: through(second.margin) }),
    ...(second.transform && { transform: through(second.transform) }),
  };
}

function ownSources(nFeatures: number): (ColumnSource | undefined)[] | undefined {
  if (nFeatures < 0) return undefined;
  return Array.from({ length: nFeatures }, (_, column) => ({ column, missing: true, same: true }));
}

/** What the second step knows of text holds for the input columns that reach it unchanged. */
function textColumnsOf(first: Evaluator, second: Evaluator, sources: Evaluator['sources']) {
  const columns = new Map(first.textColumns);
  for (const [k, categories] of second.textColumns ?? []) {
    const source = sources?.[k];
    if (source?.same && (columns.get(source.column)?.length ?? 0) === 0)
      columns.set(source.column, categories);
  }
  return columns.size > 0 ? columns : undefined;
}

/** What is known of input columns: by the first step, or by the second of those that reach it unchanged. */
function ofInput<T>(
  own: ReadonlyMap<number, T> | undefined,
  later: ReadonlyMap<number, T> | undefined,
  sources: Evaluator['sources'],
): Map<number, T> | undefined {
  const known = new Map(own);
  for (const [k, value] of later ?? []) {
    const source = sources?.[k];
    if (source?.same && !known.has(source.column)) known.set(source.column, value);
  }
  return known.size > 0 ? known : undefined;
}

/** A missing value is answered where the first step takes it, and each column that it reaches does so too. */
function carriesMissing(first: Evaluator, second: Evaluator, sources: Evaluator['sources']) {
  const refusing = new Set<number>();
  sources?.forEach((source, k) => {
    if (source?.missing && !answersMissing(second, k)) refusing.add(source.column);
  });
  return (column: number): boolean => answersMissing(first, column) && !refusing.has(column);
}

function composeSources(sources: Evaluator['sources'], second: Evaluator): Evaluator['sources'] {
  if (second.transform === undefined || sources === undefined) return undefined;
  if (second.nFeatures < 0) return sources;
  return second.sources?.map((later) => {
    const source = later && sources[later.column];
    if (source === undefined) return undefined;
    return {
      column: source.column,
      missing: source.missing && later!.missing,
      same: source.same && later!.same,
    };
  });
}
