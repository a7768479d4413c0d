/** The penalised negative log-likelihood for given weights. */
export interface Loss {
  readonly value: number;
  readonly gradient: Float64Array;
  /** p (1 − p) per row: its weight in the Hessian. */
  readonly curvature: Float64Array;
}

/**
 * Σ log(1 + exp(z)) − y z + ½ Σ penalty · w², with z = X w, in float64.
 * @param x row-major, rows × weights
 * @param y 0 or 1 per row
 * @param penalty one per weight
 */
export function logisticLoss(
  x: Float64Array,
  y: ArrayLike<number>,
  penalty: Float64Array,
  weights: Float64Array,
): Loss {
  const width = weights.length;
  const gradient = weights.map((w, j) => penalty[j] * w);
  const curvature = new Float64Array(y.length);
  let value = weights.reduce((sum, w, j) => sum + (penalty[j] * w * w) / 2, 0);
  for (let row = 0; row < y.length; row++) {
    const at = row * width;
    let z = 0;
    for (let j = 0; j < width; j++) z += x[at + j] * weights[j];
    // exp of a negative number does not overflow.
    const e = Math.exp(-Math.abs(z));
    const p = z >= 0 ? 1 / (1 + e) : e / (1 + e);
    value += Math.log1p(e) + Math.max(z, 0) - y[row] * z;
    curvature[row] = e / (1 + e) ** 2;
    for (let j = 0; j < width; j++) gradient[j] += x[at + j] * (p - y[row]);
  }
  return { value, gradient, curvature };
}
