import type { Table } from '../tabular/evaluator.js';
import { mapEntries } from '../tabular/sparse.js';
import { normaliseRows, type RowNorm } from '../tabular/row-norms.js';

/** How term counts are weighted (scikit-learn's TfidfTransformer). */
export interface TermWeights {
  /** A count n weighs 1 + ln n. */
  readonly sublinear: boolean;
  /** A factor for each term. */
  readonly idf?: Float64Array;
  readonly norm?: RowNorm;
}

/** Weighs the counts of a sparse table. */
export function weighTerms(counts: Table, { sublinear, idf, norm }: TermWeights): Table {
  const weight = (count: number, column: number): number => {
    const tf = sublinear ? Math.log(count) + 1 : count;
    return idf === undefined ? tf : tf * idf[column];
  };
  const weighted = sublinear || idf !== undefined ? mapEntries(counts, weight) : counts;
  return norm === undefined ? weighted : normaliseRows(weighted, norm);
}
