/** Order and moments of small arrays, rounded like numpy's, because thresholds are compared for equality. */

/** Ascending; NaN last. */
export function sorted(values: Float64Array): Float64Array {
  return values.slice().sort();
}

/** Positions in ascending order of their values; stable. */
export function ranked(values: Float64Array): number[] {
  return Array.from(values.keys()).sort((a, b) => values[a] - values[b]);
}

/** The middle value, or the mean of the two. */
export function median(values: Float64Array): number {
  const ordered = sorted(values);
  const middle = ordered.length >> 1;
  return ordered.length % 2 === 1 ? ordered[middle] : (ordered[middle - 1] + ordered[middle]) / 2;
}

/** The mean by pairwise summation in numpy's blocks of eight. */
export function mean(values: Float64Array): number {
  return pairwiseSum(values, 0, values.length) / values.length;
}

function pairwiseSum(values: Float64Array, start: number, n: number): number {
  if (n > 128) {
    const half = Math.floor(n / 2) - (Math.floor(n / 2) % 8);
    return pairwiseSum(values, start, half) + pairwiseSum(values, start + half, n - half);
  }
  const whole = n < 8 ? 0 : n - (n % 8);
  let sum = 0;
  if (whole > 0) {
    const lanes = values.slice(start, start + 8);
    for (let k = 8; k < whole; k++) lanes[k % 8] += values[start + k];
    sum = lanes[0] + lanes[1] + (lanes[2] + lanes[3]) + (lanes[4] + lanes[5] + (lanes[6] + lanes[7]));
  }
  for (let k = whole; k < n; k++) sum += values[start + k];
  return sum;
}
