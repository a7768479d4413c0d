/** Statistics over the rounds of a measurement. */

/** The middle value, or the mean of the two middle ones. */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

/**
 * The smallest value that at least `percent` of the values do not exceed (nearest rank).
 * @param sorted numbers in ascending order, at least one
 */
export function percentile(sorted, percent) {
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)];
}

/** The median over rounds of every figure that all of them have: `[{rps, p99}, …]` → `{rps, p99}`. */
export function medians(rounds) {
  const names = Object.keys(rounds[0]).filter((name) => typeof rounds[0][name] === 'number');
  return Object.fromEntries(names.map((name) => [name, median(rounds.map((round) => round[name]))]));
}

/**
 * The median over rounds of one subject's figure divided by another's in the same round: what disturbs the machine
 * in one round disturbs both.
 */
export function medianRatio(rounds, others, figure) {
  return median(rounds.map((round, i) => round[figure] / others[i][figure]));
}
