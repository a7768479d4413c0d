/** The digamma function for x > 0 (else NaN): its recurrence up to 10, from there on its asymptotic series. */
export function digamma(x: number): number {
  if (!(x > 0)) return NaN;
  let result = 0;
  let at = x;
  for (; at < 10; at++) result -= 1 / at;
  const r = 1 / (at * at);
  const series =
    r * (1 / 12 - r * (1 / 120 - r * (1 / 252 - r * (1 / 240 - r * (1 / 132 - (r * 691) / 32760)))));
  return result + Math.log(at) - 0.5 / at - series;
}

/** The digamma function as scikit-learn's topic models compute it, to about 1e-9 (sklearn/decomposition/_online_lda_fast.pyx). */
export function coarseDigamma(x: number): number {
  if (x <= 1e-6) return -0.5772156649015329 - 1 / x;
  let result = 0;
  let at = x;
  for (; at < 6; at++) result -= 1 / at;
  const r = 1 / at;
  const r2 = r * r;
  return result + (Math.log(at) - 0.5 * r) - r2 * (1 / 12 - r2 * (1 / 120 - r2 * (1 / 252)));
}
