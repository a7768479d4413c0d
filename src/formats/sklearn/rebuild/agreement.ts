import type { Activation, DenseLayer } from '../../tfjs/dense-model.js';
import type { Head } from '../../tfjs/heads.js';
import type { Evaluator, Table } from '../../../inference/tabular/evaluator.js';
import { softmax } from '../../../inference/numeric/numeric.js';

const TOLERANCE = 1e-9;
const ROWS = 4;

/** Whether the layers compute, in float64, what the evaluator does: on rows that spread the columns about. */
export function agrees(layers: readonly DenseLayer[], head: Head, evaluator: Evaluator): boolean {
  const { nFeatures, predict, predictProba } = evaluator;
  if (layers[0].kernel.length !== nFeatures * layers[0].units) return false;
  const numbers = Float64Array.from(
    { length: ROWS * nFeatures },
    (_, i) => ((i * 37) % 11) / 4 - 1 + i / nFeatures,
  );
  const table: Table = { rows: ROWS, columns: nFeatures, numbers };
  const expected = (head === 'regression' ? predict : predictProba)?.(table);
  if (expected === undefined) return false;
  const values = layers.reduce<Float64Array>(forward, numbers);
  const given =
    head === 'binary'
      ? Float64Array.from({ length: 2 * ROWS }, (_, i) => (i % 2 ? values[i >> 1] : 1 - values[i >> 1]))
      : values;
  return (
    given.length === expected.data.length &&
    given.every(
      (value, i) => Math.abs(value - Number(expected.data[i])) <= TOLERANCE * Math.max(1, Math.abs(value)),
    )
  );
}

const POINTWISE: Readonly<Record<Exclude<Activation, 'softmax'>, (x: number) => number>> = {
  linear: (x) => x,
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  relu: (x) => Math.max(x, 0),
  tanh: Math.tanh,
};

function forward(x: Float64Array, { units, activation, kernel, bias }: DenseLayer): Float64Array {
  const inputs = kernel.length / units;
  const rows = x.length / inputs;
  const out = Float64Array.from({ length: rows * units }, (_, at) => {
    const row = Math.floor(at / units);
    let sum = bias[at % units];
    for (let j = 0; j < inputs; j++) sum += x[row * inputs + j] * kernel[j * units + (at % units)];
    return sum;
  });
  if (activation !== 'softmax') return out.map(POINTWISE[activation]);
  for (let row = 0; row < rows; row++) softmax(out, row * units, units);
  return out;
}
