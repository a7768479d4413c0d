/** XGBoost's objectives: the scale of the start value, and the transform of sums to predictions. All in float32. */
import { expf, logf } from '../../inference/boosted/float32.js';
import { ModelFileError } from '../../inference/model.js';
import { shown } from './document.js';
import { isBefore, type Version } from './version.js';

const fround = Math.fround;
/** XGBoost's kRtEps and the sigmoid's guard against dividing by zero, as float32. */
const EPSILON = fround(1e-6);
const SIGMOID_EPSILON = fround(1e-16);
const SIGMOID_LIMIT = fround(88.7);

/** Values of `rows` × `columns`. */
export interface Sums {
  readonly rows: number;
  readonly columns: number;
  readonly data: Float32Array;
}

export interface Objective {
  readonly name: string;
  /** The kind of predictions. The classifier's wrapper derives labels from `probability` and `classes`. */
  readonly kind: 'value' | 'probability' | 'classes' | 'class';
  /** The file's start values as sums, one per output. */
  toMargin(base: Float32Array): Float32Array;
  /** Turns sums into predictions; may work in place. */
  predict(sums: Sums): Sums;
}

type Definition = Omit<Objective, 'name'>;

const same = <T>(value: T): T => value;
const each =
  (f: (x: number) => number) =>
  (base: Float32Array): Float32Array =>
    base.map(f);
const eachValue =
  (f: (x: number) => number) =>
  (sums: Sums): Sums => {
    const { data } = sums;
    for (let k = 0; k < data.length; k++) data[k] = f(data[k]);
    return sums;
  };

function sigmoid(x: number): number {
  const denominator = fround(fround(expf(Math.min(-x, SIGMOID_LIMIT)) + 1) + SIGMOID_EPSILON);
  return fround(1 / denominator);
}

function logit(p: number): number {
  const bounded = Math.min(Math.max(p, EPSILON), fround(1 - EPSILON));
  return -logf(fround(fround(1 / bounded) - 1));
}

/** Exponentials are added in double precision; each is divided by the sum as a float32. */
function softmaxRows(sums: Sums): Sums {
  const { rows, columns, data } = sums;
  for (let i = 0, start = 0; i < rows; i++, start += columns) {
    let largest = data[start];
    for (let k = 1; k < columns; k++) largest = Math.max(largest, data[start + k]);
    let total = 0;
    for (let k = start; k < start + columns; k++) {
      data[k] = expf(fround(data[k] - largest));
      total += data[k];
    }
    const divisor = fround(total);
    for (let k = start; k < start + columns; k++) data[k] /= divisor;
  }
  return sums;
}

/** The position of the largest sum; the first of several. */
function largestOfRows({ rows, columns, data }: Sums): Sums {
  const out = new Float32Array(rows);
  for (let i = 0; i < rows; i++) {
    let best = 0;
    for (let k = 1; k < columns; k++) if (data[i * columns + k] > data[i * columns + best]) best = k;
    out[i] = best;
  }
  return { rows, columns: 1, data: out };
}

/** Quantiles must not cross: each row ascends. */
function sortRows(sums: Sums): Sums {
  for (let i = 0; i < sums.rows; i++) sums.data.subarray(i * sums.columns, (i + 1) * sums.columns).sort();
  return sums;
}

function softplus(x: number): number {
  return x > 0 ? fround(x + fround(Math.log1p(expf(-x)))) : fround(Math.log1p(expf(x)));
}

/** Expectiles: the first is unchanged, and each further one is a positive step above the previous one. */
function stepsUp(sums: Sums): Sums {
  const { rows, columns, data } = sums;
  for (let i = 0; i < rows; i++) {
    for (let k = i * columns + 1; k < (i + 1) * columns; k++)
      data[k] = fround(data[k - 1] + fround(EPSILON + softplus(data[k])));
  }
  return sums;
}

function stepsDown(base: Float32Array): Float32Array {
  const out = base.slice();
  for (let k = out.length - 1; k > 0; k--) {
    const gap = Math.max(fround(fround(out[k] - out[k - 1]) - EPSILON), EPSILON);
    out[k] = fround(gap + logf(fround(-Math.expm1(-gap))));
  }
  return out;
}

const identity: Definition = { kind: 'value', toMargin: same, predict: same };
const logistic: Definition = { kind: 'probability', toMargin: each(logit), predict: eachValue(sigmoid) };
const exponential: Definition = { kind: 'value', toMargin: each(logf), predict: eachValue(expf) };
const hinge: Definition = { kind: 'probability', toMargin: same, predict: eachValue((x) => +(x > 0)) };

const OBJECTIVES: ReadonlyMap<string, Definition> = new Map<string, Definition>([
  ...[
    'reg:squarederror',
    'reg:linear',
    'reg:squaredlogerror',
    'reg:pseudohubererror',
    'reg:absoluteerror',
    'rank:pairwise',
    'rank:ndcg',
    'rank:map',
  ].map((name) => [name, identity] as const),
  ['reg:quantileerror', identity],
  ['reg:expectileerror', { kind: 'value', toMargin: stepsDown, predict: stepsUp }],
  ['binary:logitraw', { ...identity, kind: 'probability' }],
  ['binary:logistic', logistic],
  ['reg:logistic', { ...logistic, kind: 'value' }],
  ['binary:hinge', hinge],
  ['multi:softprob', { kind: 'classes', toMargin: same, predict: softmaxRows }],
  ['multi:softmax', { kind: 'class', toMargin: same, predict: largestOfRows }],
  ...['count:poisson', 'reg:gamma', 'reg:tweedie', 'survival:cox', 'survival:aft'].map(
    (name) => [name, exponential] as const,
  ),
]);

/** Probabilities of multi:softmax, which its own predictions do not show. */
export const softmaxProbabilities = softmaxRows;

/** @throws ModelFileError for a custom objective */
export function objectiveOf(name: string, version: Version): Objective {
  const definition = OBJECTIVES.get(name);
  if (definition === undefined) {
    throw new ModelFileError(
      `the XGBoost model's objective ${shown(name)} is not one of XGBoost's: how it turns sums of leaves into ` +
        'predictions is not in the file; save the model with a built-in objective (reg:squarederror gives the sums)',
    );
  }
  // Up to 1.2, the start value of raw scores was a probability.
  if (name === 'binary:logitraw' && isBefore(version, 1, 3))
    return { ...definition, name, toMargin: logistic.toMargin };
  // Up to 3.3, quantiles were not sorted.
  if (name === 'reg:quantileerror' && !isBefore(version, 3, 4))
    return { ...definition, name, predict: sortRows };
  return { ...definition, name };
}
