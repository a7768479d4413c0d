import type { Label } from './model.js';
import type { Datatype, TensorData } from './tensor.js';

/** The datatype of class labels: BYTES for text, BOOL, INT64 for whole numbers, FP64 for others. */
export function labelDatatype(classes: readonly Label[]): Datatype {
  if (classes.every((label) => typeof label === 'boolean')) return 'BOOL';
  if (classes.every((label) => typeof label === 'number')) {
    return classes.every(Number.isSafeInteger) ? 'INT64' : 'FP64';
  }
  return 'BYTES';
}

/** The labels of `n` rows as the values of a tensor of their datatype; `labelOf` gives row i's. */
export function labelData(datatype: Datatype, n: number, labelOf: (row: number) => Label): TensorData {
  if (datatype === 'BYTES') return Array.from({ length: n }, (_, row) => String(labelOf(row)));
  if (datatype === 'INT64') {
    const labels = new BigInt64Array(n);
    for (let row = 0; row < n; row++) labels[row] = BigInt(Number(labelOf(row)));
    return labels;
  }
  const labels = datatype === 'BOOL' ? new Uint8Array(n) : new Float64Array(n);
  for (let row = 0; row < n; row++) labels[row] = Number(labelOf(row));
  return labels;
}
