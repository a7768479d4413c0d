import { rowCountOf, type Tensor, type TensorData } from '../inference/tensor.js';
import { at } from '../common/lists.js';

/** One value as JSON text. Integers keep all digits; NaN and infinities become null. */
function valueText(value: number | bigint | string | null, isBoolean: boolean): string {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value);
    case 'bigint':
      return value.toString();
    case 'number':
      if (isBoolean) return value === 0 ? 'false' : 'true';
      return Number.isFinite(value) ? String(value) : 'null';
    default:
      return 'null';
  }
}

/** A tensor's values as a flat JSON list, row-major. */
export function flatJson({ data, datatype }: Tensor): string {
  return listText(data, 0, data.length, datatype === 'BOOL');
}

/** A tensor as nested JSON lists, one level per dimension: `[[0.1,0.9],[0.7,0.3]]` for two rows of two. */
export function nestedJson(tensor: Tensor): string {
  return levelText(tensor, 0, 0, tensor.data.length);
}

/** One row of a tensor as JSON: a value if the tensor has one dimension, else nested lists. */
export function rowJson(tensor: Tensor, row: number): string {
  const { data, datatype, shape } = tensor;
  const size = data.length / rowCountOf(tensor);
  return shape.length === 1
    ? valueText(elementAt(data, row), datatype === 'BOOL')
    : levelText(tensor, 1, row * size, size);
}

/** The rows of several tensors: {@link nestedJson} for a single tensor, else one object per row by tensor name. */
export function recordsJson(tensors: readonly Tensor[]): string {
  const first = at(tensors, 0);
  if (tensors.length === 1) return nestedJson(first);
  const rows = Array.from({ length: rowCountOf(first) }, (_, row) => {
    const members = tensors.map((tensor) => `${JSON.stringify(tensor.name)}:${rowJson(tensor, row)}`);
    return `{${members.join()}}`;
  });
  return `[${rows.join()}]`;
}

/** The rows of several tensors as CSV (RFC 4180) without a header: one line per row, one cell per value. */
export function rowsCsv(tensors: readonly Tensor[]): string {
  let text = '';
  for (let row = 0; row < rowCountOf(at(tensors, 0)); row++) {
    const cells = tensors.flatMap((tensor) => {
      const { data, datatype } = tensor;
      const size = data.length / rowCountOf(tensor);
      return Array.from({ length: size }, (_, i) =>
        cellText(elementAt(data, row * size + i), datatype === 'BOOL'),
      );
    });
    text += `${cells.join()}\n`;
  }
  return text;
}

/** A value as a CSV cell, which is empty for a missing value or NaN. */
function cellText(value: number | bigint | string | null, isBoolean: boolean): string {
  if (typeof value === 'string') return /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
  const text = valueText(value, isBoolean);
  return text === 'null' ? '' : text;
}

/** The `size` values from `from` on, nested by the dimensions from `axis` on. */
function levelText(tensor: Tensor, axis: number, from: number, size: number): string {
  const { data, datatype, shape } = tensor;
  const count = at(shape, axis);
  if (axis === shape.length - 1) return listText(data, from, from + count, datatype === 'BOOL');
  const step = size / count;
  const parts: string[] = [];
  for (let i = 0; i < count; i++) parts.push(levelText(tensor, axis + 1, from + i * step, step));
  return `[${parts.join()}]`;
}

function listText(data: TensorData, from: number, to: number, isBoolean: boolean): string {
  let text = '[';
  for (let i = from; i < to; i++) {
    if (i > from) text += ',';
    text += valueText(elementAt(data, i), isBoolean);
  }
  return `${text}]`;
}

/** An element of a tensor. */
const elementAt = (data: TensorData, index: number) => at<number | bigint | string | null>(data, index);
