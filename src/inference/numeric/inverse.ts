/**
 * The inverse of an n × n matrix, row-major, by Gauss-Jordan elimination with partial pivoting; undefined if the matrix
 * is singular.
 */
export function inverse(matrix: Float64Array, n: number): Float64Array | undefined {
  const width = 2 * n;
  const work = new Float64Array(n * width);
  for (let i = 0; i < n; i++) {
    work.set(matrix.subarray(i * n, (i + 1) * n), i * width);
    work[i * width + n + i] = 1;
  }
  for (let c = 0; c < n; c++) {
    let pivot = c;
    for (let r = c + 1; r < n; r++) {
      if (Math.abs(work[r * width + c]) > Math.abs(work[pivot * width + c])) pivot = r;
    }
    if (work[pivot * width + c] === 0) return undefined;
    const row = work.slice(pivot * width, (pivot + 1) * width);
    work.copyWithin(pivot * width, c * width, (c + 1) * width);
    const scale = row[c];
    work.set(
      row.map((value) => value / scale),
      c * width,
    );
    for (let r = 0; r < n; r++) {
      const factor = work[r * width + c];
      if (r === c || factor === 0) continue;
      for (let k = 0; k < width; k++) work[r * width + k] -= factor * work[c * width + k];
    }
  }
  const out = new Float64Array(n * n);
  for (let i = 0; i < n; i++) out.set(work.subarray(i * width + n, (i + 1) * width), i * n);
  return out;
}
