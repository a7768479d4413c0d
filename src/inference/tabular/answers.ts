/** The outputs of an evaluator as tensors. */
import { labelData } from '../labels.js';
import { ModelInputError, type Label } from '../model.js';
import type { Tensor, TensorSpec } from '../tensor.js';
import type { Evaluator, Matrix, Prediction, Table } from './evaluator.js';
import { sumIsFinite } from './tables.js';

/** All outputs by name, in the order in which a signature lists them. */
export const OUTPUTS = ['predict', 'predict_proba', 'decision_function', 'margin', 'transform'] as const;
export type OutputName = (typeof OUTPUTS)[number];

const METHODS = {
  predict: 'predict',
  predict_proba: 'predictProba',
  decision_function: 'decisionFunction',
  margin: 'margin',
  transform: 'transform',
} as const satisfies Record<OutputName, keyof Evaluator>;

/** The outputs that an evaluator has. */
export function outputsOf(evaluator: Evaluator): OutputName[] {
  return OUTPUTS.filter((name) => evaluator[METHODS[name]] !== undefined);
}

/** Computes one output for a batch. @throws ModelInputError if the values cannot be computed */
export function answer(evaluator: Evaluator, { name, datatype }: TensorSpec, x: Table): Tensor {
  const given = evaluator[METHODS[name as OutputName]]!(x);
  if ('numbers' in given) return transformed(name, datatype, given);
  const { rows, columns, data } = given;
  if (data instanceof Float64Array) checkFinite(name, data, columns);
  const flat = columns === 1 && name !== 'predict_proba';
  return { name, datatype, shape: flat ? [rows] : [rows, columns], data: values(datatype, given) };
}

/** JSON has neither NaN nor infinity, so a result that overflows or is undefined is an error of the row. */
function checkFinite(name: string, data: Float64Array, columns: number): void {
  if (sumIsFinite(data)) return;
  for (let k = 0; k < data.length; k++) {
    if (Number.isFinite(data[k])) continue;
    const row = Math.floor(k / columns);
    throw new ModelInputError(`the model gives no finite ${name} for these values`, row);
  }
}

function values(datatype: TensorSpec['datatype'], { data }: Prediction | Matrix): Tensor['data'] {
  if (datatype === 'FP64') return data instanceof Float64Array ? data : Float64Array.from(data, Number);
  return labelData(datatype, data.length, (i): Label => data[i]);
}

/** A transformer's table. If one column is text, all become text. */
function transformed(
  name: string,
  datatype: TensorSpec['datatype'],
  { rows, columns, numbers, text }: Table,
): Tensor {
  const shape = [rows, columns];
  if (datatype !== 'BYTES') return { name, datatype, shape, data: numbers };
  const data = Array.from(numbers, (value, k) => {
    const words = text?.get(k % columns);
    return words === undefined ? String(value) : words[Math.floor(k / columns)];
  });
  return { name, datatype, shape, data };
}
