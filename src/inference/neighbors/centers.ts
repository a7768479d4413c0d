import type { Matrix, Table } from '../tabular/evaluator.js';
import { dot, newMatrix } from '../numeric/numeric.js';

/** |row|² of every row. */
export function squaredNorms({ rows, columns, data }: Matrix): Float64Array {
  return Float64Array.from({ length: rows }, (_, i) => dot(data, i * columns, data, i * columns, columns));
}

/**
 * The nearest of `centers` to row `row` of `numbers`; of equally near ones, the first. Compared by |c|² - 2 x·c, like
 * scikit-learn, so that ties are decided in the same way.
 */
export function nearestCenter(
  numbers: Float64Array,
  row: number,
  centers: Matrix,
  norms: Float64Array,
): number {
  const { rows, columns, data } = centers;
  let best = 0;
  let smallest = Infinity;
  for (let c = 0; c < rows; c++) {
    const score = norms[c] - 2 * dot(numbers, row * columns, data, c * columns, columns);
    if (score < smallest) {
      smallest = score;
      best = c;
    }
  }
  return best;
}

/** Euclidean distances of every row to every center, by √(|x|² - 2 x·c + |c|²). */
export function centerDistances(
  numbers: Float64Array,
  rows: number,
  centers: Matrix,
  norms: Float64Array,
): Table {
  const { rows: count, columns, data } = centers;
  const out = newMatrix(rows, count).data;
  for (let i = 0; i < rows; i++) {
    const norm = dot(numbers, i * columns, numbers, i * columns, columns);
    for (let c = 0; c < count; c++) {
      const squared = norm - 2 * dot(numbers, i * columns, data, c * columns, columns) + norms[c];
      out[i * count + c] = Math.sqrt(Math.max(squared, 0));
    }
  }
  return { rows, columns: count, numbers: out };
}
