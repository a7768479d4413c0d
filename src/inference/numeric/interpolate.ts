const same = (x: number): number => x;

/**
 * The value at x of the straight lines through the points; x lies between the first and the last of `xs`, ascending.
 * @param round what each operation's result is rounded to
 */
export function interpolate(x: number, xs: Float64Array, ys: Float64Array, round = same): number {
  let low = 0;
  let high = xs.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (xs[middle] < x) low = middle;
    else high = middle;
  }
  const width = xs[high] - xs[low];
  if (width === 0) return ys[high];
  const slope = round(round(ys[high] - ys[low]) / round(width));
  return round(round(slope * round(x - xs[low])) + ys[low]);
}
