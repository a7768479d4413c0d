/** How many columns a transformer gives, and their names. */
import { ModelInputError } from '../../inference/model.js';
import type { Evaluator } from '../../inference/tabular/evaluator.js';
import { exampleRow } from '../../inference/tabular/signature.js';
import type { TabularPart } from '../part.js';

/** Output columns of a transformer; -1 where it gives as many as it is given. */
export function outputWidth(evaluator: Evaluator): number {
  if (evaluator.transform === undefined || evaluator.nFeatures < 0) return evaluator.sources?.length ?? -1;
  if (evaluator.sources !== undefined) return evaluator.sources.length;
  for (const value of [0, 1]) {
    try {
      return evaluator.transform(exampleRow(evaluator, value)).columns;
    } catch (error) {
      if (!(error instanceof ModelInputError)) throw error;
    }
  }
  return -1;
}

/**
 * Names of the columns that a transformer gives, as scikit-learn makes them: those of the input where there are as many,
 * `city_Rome` for a one-hot encoder. Undefined where they are not known.
 */
export function outputNames(
  { evaluator, title }: TabularPart,
  names: readonly string[],
): string[] | undefined {
  const width = outputWidth(evaluator);
  if (title === 'OneHotEncoder') return oneHotNames(evaluator, names, width);
  return width === names.length ? [...names] : undefined;
}

/** One for each category of each column, where all are text and none is dropped. */
function oneHotNames(
  { textColumns }: Evaluator,
  names: readonly string[],
  width: number,
): string[] | undefined {
  const given = names.flatMap((name, j) =>
    (textColumns?.get(j) ?? []).map((category) => `${name}_${category}`),
  );
  return given.length === width ? given : undefined;
}
