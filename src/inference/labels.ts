import type { Label, ShownLabel } from './model.js';
import type { Datatype, TensorData } from './tensor.js';

/** An integer of at most 2^53 either way as a number, a larger one as a bigint. */
export function integer(value: bigint): number | bigint {
  const near = Number(value);
  return Number.isSafeInteger(near) ? near : value;
}

/** A label in the form that a signature uses in JSON, with all its digits. */
export const shownLabel = (label: Label): ShownLabel => (typeof label === 'bigint' ? String(label) : label);

const MAX_INT64 = 2n ** 63n - 1n;

/**
 * The datatype that class labels answer in: BYTES for text, BOOL, INT64 for whole numbers (UINT64 where one is beyond it),
 * FP64 for others.
 */
export function labelDatatype(classes: readonly Label[]): Datatype {
  if (classes.every((label) => typeof label === 'boolean')) return 'BOOL';
  if (classes.every((label) => typeof label === 'number' || typeof label === 'bigint')) {
    if (!classes.every((label) => typeof label === 'bigint' || Number.isSafeInteger(label))) return 'FP64';
    return classes.some((label) => label > MAX_INT64) ? 'UINT64' : 'INT64';
  }
  return 'BYTES';
}

/** The labels of `n` rows as the values of a tensor of their datatype; `labelOf` gives row i's. */
export function labelData(datatype: Datatype, n: number, labelOf: (row: number) => Label): TensorData {
  if (datatype === 'BYTES') return Array.from({ length: n }, (_, row) => String(labelOf(row)));
  if (datatype === 'INT64' || datatype === 'UINT64') {
    const labels = datatype === 'INT64' ? new BigInt64Array(n) : new BigUint64Array(n);
    for (let row = 0; row < n; row++) labels[row] = wholeNumber(labelOf(row));
    return labels;
  }
  const labels = datatype === 'BOOL' ? new Uint8Array(n) : new Float64Array(n);
  for (let row = 0; row < n; row++) labels[row] = Number(labelOf(row));
  return labels;
}

/** A label out of a signature may be the text of its digits. */
const wholeNumber = (label: Label): bigint => BigInt(label);
