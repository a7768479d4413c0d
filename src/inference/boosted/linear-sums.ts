const fround = Math.fround;

/**
 * Weighted sums in float32, added feature by feature to bias and start. A missing value adds nothing.
 * @param x `rows` × `nFeatures`, row-major, in float32; NaN is a missing value
 * @param weights (`nFeatures` + 1) × `columns`; the last row is the bias
 * @param start of each column
 */
export function linearSums(
  x: Float64Array,
  rows: number,
  nFeatures: number,
  weights: Float32Array,
  start: Float32Array,
): Float32Array {
  const columns = start.length;
  const out = new Float32Array(rows * columns);
  const bias = nFeatures * columns;
  for (let i = 0, row = 0; i < rows; i++, row += nFeatures) {
    for (let c = 0; c < columns; c++) {
      let sum = fround(weights[bias + c] + start[c]);
      for (let j = 0; j < nFeatures; j++) {
        const value = fround(x[row + j]);
        if (value === value) sum = fround(sum + fround(value * weights[j * columns + c]));
      }
      out[i * columns + c] = sum;
    }
  }
  return out;
}
