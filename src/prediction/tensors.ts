import { rowCountOf, type Tensor, type TensorData } from '../inference/tensor.js';
import { at } from '../common/lists.js';

type TypedArray = Exclude<TensorData, (string | null)[]>;

/** Joins the tensors of several requests, which have the same names and types, along their first dimension. */
export function concatenate(requests: readonly (readonly Tensor[])[]): Tensor[] {
  return at(requests, 0).map((first, i) => {
    const parts = requests.map((inputs) => at(inputs, i));
    const rows = parts.reduce((sum, part) => sum + rowCountOf(part), 0);
    return { ...first, shape: [rows, ...first.shape.slice(1)], data: joined(parts.map((part) => part.data)) };
  });
}

/** Some consecutive rows of tensors. Numbers are not copied. */
export function rowsOf(tensors: readonly Tensor[], from: number, rows: number): Tensor[] {
  return tensors.map((tensor) => {
    const { data, shape } = tensor;
    const perRow = data.length / rowCountOf(tensor);
    const [start, end] = [from * perRow, (from + rows) * perRow];
    return {
      ...tensor,
      shape: [rows, ...shape.slice(1)],
      data: Array.isArray(data) ? data.slice(start, end) : data.subarray(start, end),
    };
  });
}

/** Splits tensors along their first dimension into parts with these numbers of rows. */
export function split(tensors: readonly Tensor[], rows: readonly number[]): Tensor[][] {
  let start = 0;
  return rows.map((count) => {
    const from = start;
    start += count;
    return tensors.map((tensor) => {
      const perRow = tensor.data.length / rowCountOf(tensor);
      return {
        ...tensor,
        shape: [count, ...tensor.shape.slice(1)],
        data: tensor.data.slice(from * perRow, (from + count) * perRow),
      };
    });
  });
}

function joined(parts: readonly TensorData[]): TensorData {
  if (Array.isArray(at(parts, 0))) return (parts as (string | null)[][]).flat();
  const arrays = parts as TypedArray[];
  const length = arrays.reduce((sum, part) => sum + part.length, 0);
  const whole = new (at(arrays, 0).constructor as new (size: number) => TypedArray)(length);
  let offset = 0;
  for (const part of arrays) {
    (whole as Float64Array).set(part as Float64Array, offset);
    offset += part.length;
  }
  return whole;
}
