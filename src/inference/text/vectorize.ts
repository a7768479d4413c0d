/** Texts as rows of a sparse table: counts of known terms, or of terms by their hash. */
import { ModelInputError } from '../model.js';
import type { Table } from '../tabular/evaluator.js';
import { SparseBuilder } from '../tabular/sparse.js';
import { cellError } from '../tabular/tables.js';
import type { Analyzer } from './analyzer.js';
import { murmurHash3 } from './murmur-hash.js';

/** Turns a table of one text column into a sparse one. @throws ModelInputError naming the row whose text is at fault */
export type Vectorize = (x: Table) => Table;

/** How often each term of the vocabulary occurs, in the term's column. */
export function countTerms(
  analyze: Analyzer,
  vocabulary: ReadonlyMap<string, number>,
  columns: number,
  binary: boolean,
): Vectorize {
  const counts = new Int32Array(columns);
  return (x) => {
    const builder = new SparseBuilder(x.rows, columns);
    forEachText(x, (text) => {
      const found: number[] = [];
      try {
        analyze(text, (term) => {
          const column = vocabulary.get(term);
          if (column !== undefined && counts[column]++ === 0) found.push(column);
        });
        for (const column of found.sort((a, b) => a - b)) builder.add(column, binary ? 1 : counts[column]);
      } finally {
        for (const column of found) counts[column] = 0;
      }
      builder.endRow();
    });
    return builder.table();
  };
}

/** How often terms occur whose hash leads to the column, some of them counted negatively if `signed`. */
export function hashTerms(analyze: Analyzer, columns: number, signed: boolean, binary: boolean): Vectorize {
  return (x) => {
    const builder = new SparseBuilder(x.rows, columns);
    forEachText(x, (text) => {
      const sums = new Map<number, number>();
      analyze(text, (term) => {
        const { column, sign } = hashedColumn(term, columns);
        sums.set(column, (sums.get(column) ?? 0) + (signed ? sign : 1));
      });
      for (const [column, sum] of [...sums].sort(([a], [b]) => a - b)) builder.add(column, binary ? 1 : sum);
      builder.endRow();
    });
    return builder.table();
  };
}

/** The column of a term, and the sign of what is added there, as scikit-learn's FeatureHasher has them. */
export function hashedColumn(term: string, columns: number): { column: number; sign: number } {
  const hash = murmurHash3(term);
  const size = hash === -(2 ** 31) ? 2 ** 31 - columns : Math.abs(hash);
  return { column: size % columns, sign: hash >= 0 ? 1 : -1 };
}

function forEachText(x: Table, each: (text: string) => void): void {
  const texts = x.text?.get(0);
  if (x.columns !== 1)
    throw new ModelInputError(`${x.columns} values a row were given; the model takes one text`);
  for (let i = 0; i < x.rows; i++) {
    const text = texts?.[i];
    if (typeof text !== 'string')
      throw cellError(i, 0, `is ${texts ? 'missing' : x.numbers[i]}, where a text is expected`);
    try {
      each(text);
    } catch (error) {
      throw error instanceof ModelInputError ? cellError(i, 0, error.message) : error;
    }
  }
}
