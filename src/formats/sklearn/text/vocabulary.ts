import { ModelFileError } from '../../../inference/model.js';
import { optional, refuse, scalar, show, toItems } from '../../pickle/attributes.js';
import { PyDict, PySet, type PyObject, type PyValue } from '../../pickle/values.js';

/** Terms and the column of each. */
export interface Vocabulary {
  readonly terms: ReadonlyMap<string, number>;
  readonly columns: number;
}

/**
 * vocabulary_, or the vocabulary that the vectorizer was made with: a dict of columns, or terms in the order of
 * columns (sorted, where they are a set).
 * @throws ModelFileError where it has none, or columns are not 0 to the number of terms
 */
export function vocabularyOf(estimator: PyObject): Vocabulary {
  const value = optional(estimator, 'vocabulary_') ?? optional(estimator, 'vocabulary');
  if (value === undefined) {
    throw new ModelFileError(`${estimator.shortName} has no vocabulary_: it was not fitted`);
  }
  const entries = value instanceof PyDict ? value.entries : numbered(value);
  if (entries === undefined) refuse(estimator, `vocabulary ${show(value)}`);
  const columns = entries.length;
  const terms = new Map<string, number>();
  for (const [term, place] of entries) {
    const column = scalar(place);
    if (column === undefined || !Number.isInteger(column) || column < 0 || column >= columns)
      refuse(estimator, `the column ${show(place)} of ${show(term)} in a vocabulary of ${columns} terms`);
    // Only text can match a term; others, such as None, are ignored.
    if (typeof term === 'string') terms.set(term, column);
  }
  return { terms, columns };
}

function numbered(value: PyValue): (readonly [PyValue, PyValue])[] | undefined {
  if (!(value instanceof PySet)) return toItems(value)?.map((term, column) => [term, column] as const);
  const terms = value.items.filter((term) => typeof term === 'string').sort(byCodePoint);
  return terms.map((term, column) => [term, column] as const);
}

/** Python orders text by code points, JavaScript by UTF-16 units, which differ beyond U+FFFF. */
function byCodePoint(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
