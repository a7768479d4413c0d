import { rowJson } from '../../prediction/json.js';
import type { Signature } from '../../inference/model.js';
import type { Tensor, TensorSpec } from '../../inference/tensor.js';
import type { Outcome } from './predict-rows.js';
import type { FileFormat } from './records.js';

/** Formats outcomes as the lines of a result file, one per row. */
export interface ResultEncoder {
  /** The text before the first row. */
  readonly header: string;
  encode(outcome: Outcome): string;
}

/** @param outputs names of the signature's outputs, in column order */
export function resultEncoder(
  format: FileFormat,
  signature: Signature,
  outputs: readonly string[],
): ResultEncoder {
  const specs = outputs.map((name) => signature.outputs.find((output) => output.name === name)!);
  return format === 'csv' ? new CsvResults(specs) : new JsonResults();
}

/** `{"prediction":0}`, with several outputs as an object by name; `{"error":"…"}` for a failed row. */
class JsonResults implements ResultEncoder {
  readonly header = '';

  encode(outcome: Outcome): string {
    if ('fault' in outcome) return `{"error":${JSON.stringify(outcome.fault)}}\n`;
    const { rows, outputs } = outcome;
    let text = '';
    for (let row = 0; row < rows; row++) text += `{"prediction":${prediction(outputs, row)}}\n`;
    return text;
  }
}

function prediction(outputs: readonly Tensor[], row: number): string {
  const [first, ...others] = outputs;
  if (first && others.length === 0) return rowJson(first, row);
  const members = outputs.map((output) => `${JSON.stringify(output.name)}:${rowJson(output, row)}`);
  return `{${members.join()}}`;
}

/** An output with more values per row is one cell of JSON. */
const MAX_COLUMNS = 1000;

/**
 * One column per value: `NAME`, or `NAME_0`, `NAME_1`, … for an output with several values. The last column
 * is `error`.
 */
class CsvResults implements ResultEncoder {
  readonly header: string;
  /** Columns of each output; undefined if its values share a cell. */
  private readonly widths: readonly (number | undefined)[];

  constructor(specs: readonly TensorSpec[]) {
    this.widths = specs.map(widthOf);
    const names = specs.flatMap(({ name, shape }, i) =>
      shape.length === 1 || this.widths[i] === undefined
        ? [name]
        : Array.from({ length: this.widths[i] }, (_, j) => `${name}_${j}`),
    );
    this.header = `${[...names, 'error'].map(quoted).join()}\r\n`;
  }

  encode(outcome: Outcome): string {
    if ('fault' in outcome) {
      const empty = this.widths.reduce<number>((sum, width) => sum + (width ?? 1), 0);
      return `${','.repeat(empty)}${quoted(outcome.fault)}\r\n`;
    }
    let text = '';
    for (let row = 0; row < outcome.rows; row++) {
      outcome.outputs.forEach((output, i) => (text += this.cells(output, row, this.widths[i])));
      text += '\r\n';
    }
    return text;
  }

  /** The cells of a row, each followed by a comma. */
  private cells(output: Tensor, row: number, width: number | undefined): string {
    if (width === undefined) return `${quoted(rowJson(output, row))},`;
    let text = '';
    for (let at = row * width; at < (row + 1) * width; at++) text += `${cell(output, at)},`;
    return text;
  }
}

function widthOf({ shape }: TensorSpec): number | undefined {
  const width = shape.slice(1).reduce((product, size) => product * size, 1);
  return shape.slice(1).includes(-1) || width > MAX_COLUMNS ? undefined : width;
}

/** A value of a tensor as a cell. Missing values are empty, as in the input. */
function cell({ data, datatype }: Tensor, at: number): string {
  const value = data[at];
  if (value === null || (typeof value === 'number' && !Number.isFinite(value))) return '';
  if (datatype === 'BOOL') return value === 0 ? 'false' : 'true';
  return typeof value === 'string' ? quoted(value) : String(value);
}

const quoted = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
