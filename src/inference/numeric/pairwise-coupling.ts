/**
 * Class probabilities from the pairwise ones of Platt's sigmoids, by the second method of Wu, Lin and Weng,
 * "Probability estimates for multi-class classification by pairwise coupling" (JMLR 5, 2004), with libsvm's stopping
 * rule. It stops at an error of 0.005 / k, which affects the third digit, so the iteration must be the same.
 */
export class PairwiseCoupling {
  private readonly q: Float64Array;
  private readonly qp: Float64Array;
  private readonly pairwise: Float64Array;

  /** @param k number of classes */
  constructor(private readonly k: number) {
    this.q = new Float64Array(k * k);
    this.qp = new Float64Array(k);
    this.pairwise = new Float64Array(k * k);
  }

  /** Sets the probability of class i against class j, clipped to [1e-7, 1 - 1e-7]. */
  setPair(i: number, j: number, probability: number): void {
    const held = Math.min(Math.max(probability, 1e-7), 1 - 1e-7);
    this.pairwise[i * this.k + j] = held;
    this.pairwise[j * this.k + i] = 1 - held;
  }

  /** Writes the class probabilities to p[start, start + k). */
  solve(p: Float64Array, start: number): void {
    const { k, q, qp } = this;
    this.fillQ();
    p.fill(1 / k, start, start + k);
    for (let iteration = 0; iteration < Math.max(100, k); iteration++) {
      let pqp = this.multiply(p, start);
      if (this.largestError(pqp) < 0.005 / k) return;
      for (let t = 0; t < k; t++) {
        const diagonal = q[t * k + t];
        const step = (pqp - qp[t]) / diagonal;
        const scale = 1 + step;
        p[start + t] += step;
        pqp = (pqp + step * (step * diagonal + 2 * qp[t])) / scale / scale;
        for (let j = 0; j < k; j++) {
          qp[j] = (qp[j] + step * q[t * k + j]) / scale;
          p[start + j] /= scale;
        }
      }
    }
  }

  private fillQ(): void {
    const { k, q, pairwise } = this;
    for (let t = 0; t < k; t++) {
      let diagonal = 0;
      for (let j = 0; j < k; j++) {
        if (j === t) continue;
        const against = pairwise[j * k + t];
        diagonal += against * against;
        q[t * k + j] = -against * pairwise[t * k + j];
      }
      q[t * k + t] = diagonal;
    }
  }

  /** Sets qp = Q p and returns pᵀ Q p. */
  private multiply(p: Float64Array, start: number): number {
    const { k, q, qp } = this;
    let pqp = 0;
    for (let t = 0; t < k; t++) {
      let sum = 0;
      for (let j = 0; j < k; j++) sum += q[t * k + j] * p[start + j];
      qp[t] = sum;
      pqp += p[start + t] * sum;
    }
    return pqp;
  }

  private largestError(pqp: number): number {
    let largest = 0;
    for (const value of this.qp) largest = Math.max(largest, Math.abs(value - pqp));
    return largest;
  }
}
