/** Metrics of a binary classifier on held-out rows, as defined by scikit-learn. */
export type Metrics = {
  readonly rows: number;
  readonly accuracy: number;
  /** Absent if all rows have the same class. */
  readonly roc_auc?: number;
  readonly log_loss: number;
  /** Rows: true class; columns: predicted class. */
  readonly confusion_matrix: readonly [readonly [number, number], readonly [number, number]];
};

/**
 * @param truth 0 or 1 per row
 * @param probability of class 1 per row; the predicted class is 1 above one half
 */
export function evaluate(truth: ArrayLike<number>, probability: ArrayLike<number>): Metrics {
  const counts: [[number, number], [number, number]] = [
    [0, 0],
    [0, 0],
  ];
  let loss = 0;
  for (let i = 0; i < truth.length; i++) {
    counts[truth[i]][probability[i] > 0.5 ? 1 : 0]++;
    loss -= Math.log(Math.max(truth[i] === 1 ? probability[i] : 1 - probability[i], Number.EPSILON));
  }
  return {
    rows: truth.length,
    accuracy: (counts[0][0] + counts[1][1]) / truth.length,
    ...(bothClasses(counts) && { roc_auc: rocAuc(truth, probability) }),
    log_loss: loss / truth.length,
    confusion_matrix: counts,
  };
}

function bothClasses(counts: readonly (readonly number[])[]): boolean {
  return counts.every(([no, yes]) => no + yes > 0);
}

/**
 * The probability that a random positive row scores above a random negative one, with ties counting half
 * (Mann–Whitney statistic).
 */
function rocAuc(truth: ArrayLike<number>, score: ArrayLike<number>): number {
  const order = Array.from(truth, (_, i) => i).sort((a, b) => score[a] - score[b]);
  let rankSum = 0;
  let positives = 0;
  for (let start = 0, end = 0; start < order.length; start = end) {
    while (end < order.length && score[order[end]] === score[order[start]]) end++;
    const tied = order.slice(start, end).filter((row) => truth[row] === 1).length;
    rankSum += tied * ((start + 1 + end) / 2);
    positives += tied;
  }
  return (rankSum - (positives * (positives + 1)) / 2) / (positives * (truth.length - positives));
}
