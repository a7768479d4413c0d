/**
 * After this many terms, the rest of the series is below double precision. For |x| > 9, the result is 0 or 1 to double
 * precision.
 */
const TERMS = 300;
const RANGE = 9;

/**
 * The probability that a standard normal variable falls below x, to 1e-15 absolutely: the series of G. Marsaglia,
 * "Evaluating the Normal Distribution", Journal of Statistical Software 11 (2004), equation 3.
 */
export function normalDistribution(x: number): number {
  if (x < -RANGE) return 0;
  if (x > RANGE) return 1;
  let term = x;
  let sum = x;
  for (let k = 1; k < TERMS && Math.abs(term) > Number.EPSILON * Math.abs(sum); k++) {
    term *= (x * x) / (2 * k + 1);
    sum += term;
  }
  return 0.5 + sum * Math.exp(-0.5 * x * x - 0.5 * Math.log(2 * Math.PI));
}
