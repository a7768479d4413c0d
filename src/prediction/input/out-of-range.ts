import type { Signature } from '../../inference/model.js';
import type { Tensor } from '../../inference/tensor.js';
import { at } from '../../common/lists.js';

/** A value outside the range that the model was trained on. It is predicted and flagged. */
export interface OutOfRange {
  readonly row: number;
  readonly feature: string;
  /** Left out if the audit trail must not contain it. */
  readonly value?: number;
  readonly range: readonly [number, number];
}

/** Maximum flags per request; more are not useful. */
const LIMIT = 100;

/** Values outside their feature's training range, if the model has one. Missing values are not outside. */
export function outOfRange({ inputs: specs, features }: Signature, inputs: readonly Tensor[]): OutOfRange[] {
  const found: OutOfRange[] = [];
  if (!features) return found;
  const table = specs.length === 1 && at(specs, 0).shape.length === 2;
  features.forEach(({ name, range }, j) => {
    const tensor = at(inputs, table ? 0 : j);
    if (!range || tensor.datatype === 'BYTES') return;
    const data = tensor.data as Float64Array;
    const width = table ? features.length : 1;
    for (let row = 0, i = table ? j : 0; i < data.length && found.length < LIMIT; row++, i += width) {
      const value = Number(data[i]);
      if (value < range[0] || value > range[1]) found.push({ row, feature: name, value, range });
    }
  });
  return found;
}
