import { ModelFileError } from '../../inference/model.js';
import type { Lines } from './lines.js';

/** A category of a pandas column. */
export type Category = string | number | boolean;

/** The part of a model's text after its trees, as far as predictions depend on it. */
export interface Tail {
  /** Numbers of the features that were declared as categorical, if the parameters contain them. */
  readonly categoricalFeatures?: readonly number[];
  /** The categories of each pandas column of type category, in the order of the columns. */
  readonly pandasCategorical?: readonly (readonly Category[])[];
}

const CATEGORICAL_FEATURE = /^\[(?:categorical_feature|categorical_column): (\d{1,7}(?:,\d{1,7})*)\]$/;
const PANDAS_CATEGORICAL = 'pandas_categorical:';

/**
 * Reads from the line `end of trees` to the end of the text.
 * @throws ModelFileError if the text is truncated, or if the categories are damaged
 */
export function readTail(lines: Lines): Tail {
  if (!lines.startsWith('end of trees'))
    throw new ModelFileError('the model has no line "end of trees": the file is cut short or damaged');
  let inParameters = false;
  let categoricalFeatures: number[] | undefined;
  let pandasCategorical: Category[][] | undefined;
  do {
    if (lines.startsWith('parameters:')) inParameters = true;
    else if (lines.startsWith('end of parameters')) inParameters = false;
    else if (inParameters && lines.startsWith('[categorical_')) {
      const list = CATEGORICAL_FEATURE.exec(lines.text())?.[1];
      if (list !== undefined) categoricalFeatures = list.split(',').map(Number);
    } else if (lines.startsWith(PANDAS_CATEGORICAL)) {
      pandasCategorical = pandasCategories(lines.text().slice(PANDAS_CATEGORICAL.length));
    }
  } while (lines.advance());
  return {
    ...(categoricalFeatures && { categoricalFeatures }),
    ...(pandasCategorical && { pandasCategorical }),
  };
}

function pandasCategories(json: string): Category[][] | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(json);
  } catch {
    throw new ModelFileError('pandas_categorical is not JSON: the file is cut short or damaged');
  }
  if (parsed === null) return undefined;
  if (!Array.isArray(parsed) || !parsed.every((list) => Array.isArray(list) && list.every(isCategory))) {
    throw new ModelFileError('pandas_categorical is not a list of lists of text, numbers or booleans');
  }
  return parsed;
}

export function isCategory(value: unknown): value is Category {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}
