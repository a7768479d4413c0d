/** Mean and standard deviation per column. A constant column has deviation 1. */
export interface Scale {
  readonly mean: Float64Array;
  readonly deviation: Float64Array;
}

/** @param x row-major, rows × `columns` */
export function scaleOf(x: Float64Array, columns: number): Scale {
  const rows = x.length / columns;
  const mean = new Float64Array(columns);
  const deviation = new Float64Array(columns);
  x.forEach((value, i) => (mean[i % columns] += value / rows));
  x.forEach((value, i) => (deviation[i % columns] += (value - mean[i % columns]) ** 2 / rows));
  return { mean, deviation: deviation.map((variance) => Math.sqrt(variance) || 1) };
}

/** The columns centred and scaled, followed by a column of ones: rows × (columns + 1). */
export function standardiseWithOnes(
  x: Float64Array,
  columns: number,
  { mean, deviation }: Scale,
): Float64Array {
  const width = columns + 1;
  return Float64Array.from({ length: (x.length / columns) * width }, (_, i) => {
    const column = i % width;
    if (column === columns) return 1;
    const row = (i - column) / width;
    return (x[row * columns + column] - mean[column]) / deviation[column];
  });
}
