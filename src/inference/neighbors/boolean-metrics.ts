import { plain, type Metric } from './metric.js';

/** How often two rows, in which non-zero is true, are both true, true and false, false and true, both false. */
type Dissimilarity = (tt: number, tf: number, ft: number, ff: number) => number;

const overZero = (a: number, b: number): number => (b === 0 ? 0 : a / b);

const DISSIMILARITIES: Readonly<Record<string, Dissimilarity>> = {
  jaccard: (tt, tf, ft) => overZero(tf + ft, tt + tf + ft),
  dice: (tt, tf, ft) => overZero(tf + ft, 2 * tt + tf + ft),
  matching: (tt, tf, ft, ff) => (tf + ft) / (tt + tf + ft + ff),
  kulsinski: (tt, tf, ft, ff) => (tf + ft - tt + (tt + tf + ft + ff)) / (tf + ft + (tt + tf + ft + ff)),
  rogerstanimoto: (tt, tf, ft, ff) => (2 * (tf + ft)) / (tt + ff + 2 * (tf + ft)),
  russellrao: (tt, tf, ft, ff) => (tf + ft + ff) / (tt + tf + ft + ff),
  sokalmichener: (tt, tf, ft, ff) => (2 * (tf + ft)) / (tt + ff + 2 * (tf + ft)),
  sokalsneath: (tt, tf, ft) => overZero(tf + ft, tf + ft + 0.5 * tt),
  yule: (tt, tf, ft, ff) => overZero(2 * tf * ft, tt * ff + tf * ft),
};

/** The metric with this name over boolean rows, or undefined. */
export function booleanMetric(name: string): Metric | undefined {
  if (!Object.hasOwn(DISSIMILARITIES, name)) return undefined;
  const dissimilarity = DISSIMILARITIES[name];
  return plain((x, i, y, j, n) => {
    let tt = 0;
    let tf = 0;
    let ft = 0;
    for (let k = 0; k < n; k++) {
      const a = x[i + k] !== 0;
      const b = y[j + k] !== 0;
      if (a && b) tt++;
      else if (a) tf++;
      else if (b) ft++;
    }
    return dissimilarity(tt, tf, ft, n - tt - tf - ft);
  });
}
