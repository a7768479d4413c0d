/** A function of x[i..i+n) and y[j..j+n). */
export type PairFunction = (x: Float64Array, i: number, y: Float64Array, j: number, n: number) => number;

/**
 * A distance and its reduced form, which is cheaper and orders pairs in the same way, for example the square of the
 * euclidean distance. As in scikit-learn, the reduced form finds the neighbours and decides ties.
 */
export interface Metric {
  readonly reduced: PairFunction;
  readonly toDistance: (reduced: number) => number;
  readonly toReduced: (distance: number) => number;
  /** The exponent of an unweighted Minkowski metric. */
  readonly p?: number;
  /** True if missing values (NaN) are skipped. */
  readonly acceptsMissing?: boolean;
}

const same = (value: number): number => value;

/** A metric whose reduced form is the distance itself. */
export function plain(distance: PairFunction): Metric {
  return { reduced: distance, toDistance: same, toReduced: same };
}

/** A metric whose reduced form is its square. */
export function squared(square: PairFunction): Metric {
  return { reduced: square, toDistance: Math.sqrt, toReduced: (distance) => distance * distance };
}

/** The square of the euclidean distance. */
export const squaredEuclidean: PairFunction = (x, i, y, j, n) => {
  let sum = 0;
  for (let k = 0; k < n; k++) {
    const difference = x[i + k] - y[j + k];
    sum += difference * difference;
  }
  return sum;
};

/** The sum of absolute differences. */
export const manhattan: PairFunction = (x, i, y, j, n) => {
  let sum = 0;
  for (let k = 0; k < n; k++) sum += Math.abs(x[i + k] - y[j + k]);
  return sum;
};

/** The largest absolute difference. */
export const chebyshev: PairFunction = (x, i, y, j, n) => {
  let largest = 0;
  for (let k = 0; k < n; k++) largest = Math.max(largest, Math.abs(x[i + k] - y[j + k]));
  return largest;
};

/** (Σ w |x - y|^p)^(1/p), reduced to the sum. The weights are optional. */
export function minkowski(p: number, weights?: Float64Array): Metric {
  if (weights === undefined) {
    if (p === 1) return { ...plain(manhattan), p };
    if (p === 2) return { ...squared(squaredEuclidean), p };
    if (p === Infinity) return { ...plain(chebyshev), p };
  }
  const reduced: PairFunction = (x, i, y, j, n) => {
    let sum = 0;
    for (let k = 0; k < n; k++) {
      const power = Math.pow(Math.abs(x[i + k] - y[j + k]), p);
      sum += weights === undefined ? power : weights[k] * power;
    }
    return sum;
  };
  const metric: Metric = {
    reduced,
    toDistance: (value) => Math.pow(value, 1 / p),
    toReduced: (distance) => Math.pow(distance, p),
  };
  return weights === undefined ? { ...metric, p } : metric;
}
