import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { CsvError, parse } from 'csv-parse/sync';
import type { Label } from '../inference/model.js';
import { TrainingError } from './training-error.js';

/** A table of numbers and a target with two classes. */
export interface Dataset {
  readonly features: readonly string[];
  readonly target: string;
  /** Row-major, rows × features. */
  readonly x: Float64Array;
  /** The class of each row: an index into `classes`. */
  readonly y: Uint8Array;
  /** The two labels, the smaller one first. */
  readonly classes: readonly [Label, Label];
  /** SHA-256 of the file, in hexadecimal. */
  readonly digest: string;
}

export interface DatasetOptions {
  readonly csvPath: string;
  /** Names of all columns, in order. Default for a file without a header: x0, x1, …. */
  readonly columns?: readonly string[];
  /** The column to predict; default: the last one. */
  readonly target?: string;
}

/**
 * Reads a CSV file. Its first line is a header if none of its fields is a number.
 * @throws TrainingError with the first problem
 */
export async function readDataset(options: DatasetOptions): Promise<Dataset> {
  const bytes = await readFile(options.csvPath).catch((error: NodeJS.ErrnoException) => {
    throw new TrainingError(`cannot read ${options.csvPath}: ${error.code}`);
  });
  const records = recordsOf(bytes, options.csvPath);
  const header = records.length > 0 && !records[0].some(isNumber) ? records.shift() : undefined;
  if (records.length === 0) throw new TrainingError(`${options.csvPath} has no rows`);
  const columns = columnNames(options.columns ?? header, records[0].length);
  const target = options.target ?? columns[columns.length - 1];
  const at = columns.indexOf(target);
  if (at < 0) throw new TrainingError(`unknown column ${target}; columns: ${columns.join(', ')}`);
  const { classes, y } = encodeTarget(
    records.map((record) => record[at]),
    target,
  );
  const features = columns.filter((_, column) => column !== at);
  if (features.length === 0) throw new TrainingError('the file has no column besides the target');
  const x = new Float64Array(records.length * features.length);
  records.forEach((record, row) => {
    const fields = record.filter((_, column) => column !== at);
    fields.forEach(
      (field, column) => (x[row * features.length + column] = toNumber(field, row, features[column])),
    );
  });
  return { features, target, x, y, classes, digest: createHash('sha256').update(bytes).digest('hex') };
}

/** RFC 4180; lines may end in LF alone, and empty ones are skipped. @throws TrainingError naming the line that is wrong */
function recordsOf(bytes: Buffer, path: string): string[][] {
  try {
    return parse(bytes, {
      bom: true,
      trim: true,
      skip_empty_lines: true,
      record_delimiter: ['\r\n', '\n'],
    });
  } catch (error) {
    if (error instanceof CsvError) throw new TrainingError(`${path}: ${error.message}`);
    throw error;
  }
}

function columnNames(names: readonly string[] | undefined, width: number): readonly string[] {
  const columns = names ?? Array.from({ length: width }, (_, i) => `x${i}`);
  if (columns.length !== width)
    throw new TrainingError(`${columns.length} column names for ${width} columns`);
  const twice = columns.find((name, i) => name === '' || columns.indexOf(name) !== i);
  if (twice !== undefined)
    throw new TrainingError(`the column name ${JSON.stringify(twice)} is empty or duplicate`);
  return columns;
}

function encodeTarget(labels: readonly string[], target: string): Pick<Dataset, 'classes' | 'y'> {
  const distinct = [...new Set(labels)];
  if (distinct.includes(''))
    throw new TrainingError(`column ${target} is empty in row ${labels.indexOf('') + 1}`);
  if (distinct.length !== 2) {
    throw new TrainingError(
      `column ${target} has ${distinct.length} different values; the target must have two`,
    );
  }
  const numeric = distinct.every(isNumber);
  const [first, second] = numeric ? distinct.sort((a, b) => Number(a) - Number(b)) : distinct.sort();
  return {
    classes: numeric ? [Number(first), Number(second)] : [first, second],
    y: Uint8Array.from(labels, (label) => (label === second ? 1 : 0)),
  };
}

function toNumber(field: string, row: number, column: string): number {
  if (isNumber(field)) return Number(field);
  throw new TrainingError(
    `row ${row + 1}, column ${column}: ${JSON.stringify(field.slice(0, 40))} is not a number`,
  );
}

function isNumber(field: string): boolean {
  return field !== '' && Number.isFinite(Number(field));
}
