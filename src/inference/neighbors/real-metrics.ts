import { dot } from '../numeric/numeric.js';
import { plain, squared, type Metric } from './metric.js';

/** √Σ (x - y)² / variance. */
export function standardisedEuclidean(variances: Float64Array): Metric {
  return squared((x, i, y, j, n) => {
    let sum = 0;
    for (let k = 0; k < n; k++) {
      const difference = x[i + k] - y[j + k];
      sum += (difference * difference) / variances[k];
    }
    return sum;
  });
}

/** √((x - y)ᵀ inverse (x - y)) for the inverse of a covariance matrix, n × n row-major. */
export function mahalanobis(inverse: Float64Array): Metric {
  const difference = new Float64Array(Math.sqrt(inverse.length));
  return squared((x, i, y, j, n) => {
    for (let k = 0; k < n; k++) difference[k] = x[i + k] - y[j + k];
    let sum = 0;
    for (let k = 0; k < n; k++) sum += difference[k] * dot(inverse, k * n, difference, 0, n);
    return sum;
  });
}

/** The share of positions that differ. */
export const hamming = plain((x, i, y, j, n) => {
  let unequal = 0;
  for (let k = 0; k < n; k++) if (x[i + k] !== y[j + k]) unequal++;
  return unequal / n;
});

/** Σ |x - y| / (|x| + |y|), without positions where both are zero. */
export const canberra = plain((x, i, y, j, n) => {
  let sum = 0;
  for (let k = 0; k < n; k++) {
    const size = Math.abs(x[i + k]) + Math.abs(y[j + k]);
    if (size > 0) sum += Math.abs(x[i + k] - y[j + k]) / size;
  }
  return sum;
});

/** Σ |x - y| / Σ (|x| + |y|) in scikit-learn, or / Σ |x + y| in scipy; they differ for values of different signs. */
export function brayCurtis(asScipy: boolean): Metric {
  return plain((x, i, y, j, n) => {
    let difference = 0;
    let size = 0;
    for (let k = 0; k < n; k++) {
      const a = x[i + k];
      const b = y[j + k];
      difference += Math.abs(a - b);
      size += asScipy ? Math.abs(a + b) : Math.abs(a) + Math.abs(b);
    }
    return size > 0 ? difference / size : 0;
  });
}

/** 1 - cos(x, y), clipped to [0, 2]. A vector of zeros has the distance 1 to every other. */
export const cosine = plain((x, i, y, j, n) => {
  const norms = Math.sqrt(dot(x, i, x, i, n)) * Math.sqrt(dot(y, j, y, j, n));
  return Math.min(Math.max(1 - dot(x, i, y, j, n) / (norms || 1), 0), 2);
});

/** 1 - the correlation of x and y. */
export const correlation = plain((x, i, y, j, n) => {
  let meanX = 0;
  let meanY = 0;
  for (let k = 0; k < n; k++) {
    meanX += x[i + k] / n;
    meanY += y[j + k] / n;
  }
  let xy = 0;
  let xx = 0;
  let yy = 0;
  for (let k = 0; k < n; k++) {
    const a = x[i + k] - meanX;
    const b = y[j + k] - meanY;
    xy += a * b;
    xx += a * a;
    yy += b * b;
  }
  return 1 - xy / (Math.sqrt(xx) * Math.sqrt(yy));
});

/** The angle between two points of (latitude, longitude) in radians, by the haversine formula. */
export const haversine: Metric = {
  reduced: (x, i, y, j) => {
    const sinLatitude = Math.sin(0.5 * (x[i] - y[j]));
    const sinLongitude = Math.sin(0.5 * (x[i + 1] - y[j + 1]));
    return sinLatitude * sinLatitude + Math.cos(x[i]) * Math.cos(y[j]) * sinLongitude * sinLongitude;
  },
  toDistance: (value) => 2 * Math.asin(Math.sqrt(value)),
  toReduced: (distance) => Math.sin(0.5 * distance) ** 2,
};

/**
 * The euclidean distance over the positions without a missing value, scaled up to all positions; NaN if there are none.
 */
export const nanEuclidean: Metric = {
  acceptsMissing: true,
  ...squared((x, i, y, j, n) => {
    let sum = 0;
    let present = 0;
    for (let k = 0; k < n; k++) {
      const difference = x[i + k] - y[j + k];
      if (Number.isNaN(difference)) continue;
      sum += difference * difference;
      present++;
    }
    return present === 0 ? NaN : (sum / present) * n;
  }),
};
