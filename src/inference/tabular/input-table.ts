import type { Tensor } from '../tensor.js';
import type { Table } from './evaluator.js';

/** The tensors of a batch as one table: either a single [rows, n] tensor of numbers, or one tensor per column. */
export function tableFrom(inputs: readonly Tensor[]): Table {
  const [first] = inputs;
  const rows = first.shape[0];
  if (inputs.length === 1 && !Array.isArray(first.data) && first.data instanceof Float64Array) {
    return { rows, columns: first.shape[1] ?? 1, numbers: first.data };
  }
  const columns = inputs.length;
  const numbers = new Float64Array(rows * columns);
  const text = new Map<number, readonly (string | null)[]>();
  inputs.forEach(({ data }, j) => {
    if (Array.isArray(data)) text.set(j, data);
    for (let i = 0; i < rows; i++) numbers[i * columns + j] = Array.isArray(data) ? NaN : Number(data[i]);
  });
  return { rows, columns, numbers, ...(text.size > 0 && { text }) };
}
