import { attribute, refuse, scalar, show, string, toMatrix, toVector } from '../../pickle/attributes.js';
import { PyDict, type PyObject, type PyValue } from '../../pickle/values.js';
import { booleanMetric } from '../../../inference/neighbors/boolean-metrics.js';
import { inverse } from '../../../inference/numeric/inverse.js';
import {
  chebyshev,
  manhattan,
  minkowski,
  plain,
  squaredEuclidean,
  type Metric,
} from '../../../inference/neighbors/metric.js';
import * as real from '../../../inference/neighbors/real-metrics.js';

/** Metrics that take no parameters, by all their names. */
const PARAMETERLESS: Readonly<Record<string, Metric>> = {
  euclidean: minkowski(2),
  l2: minkowski(2),
  sqeuclidean: plain(squaredEuclidean),
  manhattan: { ...plain(manhattan), p: 1 },
  cityblock: { ...plain(manhattan), p: 1 },
  l1: { ...plain(manhattan), p: 1 },
  chebyshev: { ...plain(chebyshev), p: Infinity },
  infinity: { ...plain(chebyshev), p: Infinity },
  hamming: real.hamming,
  canberra: real.canberra,
  cosine: real.cosine,
  correlation: real.correlation,
  haversine: real.haversine,
  nan_euclidean: real.nanEuclidean,
};

/** The parameters of the metrics that have any. */
const PARAMETERS: Readonly<Partial<Record<string, readonly string[]>>> = {
  minkowski: ['p', 'w'],
  p: ['p', 'w'],
  wminkowski: ['p', 'w'],
  seuclidean: ['V'],
  mahalanobis: ['V', 'VI'],
};

/** What a metric is to be built from. */
export interface MetricChoice {
  readonly estimator: PyObject;
  /** The attribute that names the metric. */
  readonly option: string;
  readonly parameters: PyDict;
  readonly nFeatures: number;
  /** Whether all pairs are compared, rather than those that a tree leaves over. */
  readonly bruteForce: boolean;
  /** Whether scipy computes the distances rather than scikit-learn's own code. */
  readonly byScipy: boolean;
}

/** @throws ModelFileError for precomputed distances, Python functions and metrics not known here */
export function metricOf(choice: MetricChoice): Metric {
  const { estimator, option, nFeatures } = choice;
  const value = attribute(estimator, option);
  if (typeof value !== 'string') refuse(estimator, `metric ${show(value)}`);
  const name = string(estimator, option);
  if (name === 'haversine' && nFeatures !== 2)
    refuse(estimator, `metric haversine over ${nFeatures} features`);
  refuseUnknownParameters(choice, name);
  if (Object.hasOwn(PARAMETERLESS, name)) return PARAMETERLESS[name];
  return parameterised(choice, name) ?? booleanMetric(name) ?? refuse(estimator, `metric ${show(name)}`);
}

function refuseUnknownParameters({ estimator, parameters, bruteForce }: MetricChoice, name: string): void {
  for (const [key, value] of parameters.entries) {
    const known = typeof key === 'string' && PARAMETERS[name]?.includes(key);
    // Brute force before 1.1 never looked at the weights of a euclidean distance.
    const ignored = key === 'w' && name === 'euclidean' && bruteForce;
    if (value !== null && !known && !ignored) refuse(estimator, `metric ${name} with parameter ${show(key)}`);
  }
}

function parameterised(choice: MetricChoice, name: string): Metric | undefined {
  const { nFeatures, byScipy } = choice;
  switch (name) {
    case 'minkowski':
    case 'p':
      return weightedMinkowski(choice, (weight) => weight);
    case 'wminkowski':
      return weightedMinkowski(choice, (weight, p) => Math.pow(Math.abs(weight), p));
    case 'seuclidean':
      return real.standardisedEuclidean(sized(choice, 'V', nFeatures));
    case 'mahalanobis': {
      const covariance = choice.parameters.get('VI') ?? null;
      if (covariance !== null) return real.mahalanobis(sized(choice, 'VI', nFeatures * nFeatures));
      // Brute force takes no V: some versions then look at the rows asked about instead.
      if (choice.bruteForce) refuse(choice.estimator, 'metric mahalanobis without VI by brute force');
      const inverted = inverse(sized(choice, 'V', nFeatures * nFeatures), nFeatures);
      return real.mahalanobis(inverted ?? refuse(choice.estimator, 'a singular covariance V'));
    }
    case 'braycurtis':
      return real.brayCurtis(byScipy);
    default:
      return undefined;
  }
}

function weightedMinkowski(choice: MetricChoice, outside: (weight: number, p: number) => number): Metric {
  const p = exponent(choice);
  const given = weights(choice);
  // What the weights then mean changed between versions of scipy.
  if (given !== undefined && p === Infinity) refuse(choice.estimator, 'Minkowski p inf with weights');
  return minkowski(
    p,
    given?.map((weight) => outside(weight, p)),
  );
}

function exponent({ estimator, parameters }: MetricChoice): number {
  const value = parameters.get('p') ?? 2;
  const p = scalar(value);
  return p !== undefined && p > 0 ? p : refuse(estimator, `Minkowski p ${show(value)}`);
}

function weights(choice: MetricChoice): Float64Array | undefined {
  return (choice.parameters.get('w') ?? null) === null ? undefined : sized(choice, 'w', choice.nFeatures);
}

function sized({ estimator, parameters, option }: MetricChoice, key: string, size: number): Float64Array {
  const value: PyValue = parameters.get(key) ?? null;
  const numbers = toMatrix(value)?.data ?? toVector(value);
  if (numbers?.length === size) return numbers;
  return refuse(estimator, `${option} with metric parameter ${key} ${show(value)}`);
}
