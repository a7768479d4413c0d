import type { Feature, Signature } from '../../inference/model.js';
import { recordCells } from './csv-text.js';
import { InputFileError } from './input-file-error.js';

/** Maps the cells of a file's records to a model's features. */
export interface CsvColumns {
  readonly hasHeader: boolean;
  /** Cells per record. */
  readonly width: number;
  /** The cell of each feature; -1 for a feature that the model ignores and the file does not contain. */
  readonly cells: readonly number[];
}

/** `header` of the media type `text/csv` (RFC 4180, section 3). */
export type HeaderSetting = 'present' | 'absent';

/**
 * {@link columnsOf} of a file's first record.
 * @throws InputFileError
 */
export function csvColumns(
  firstRecord: string | undefined,
  signature: Signature,
  setting?: HeaderSetting,
): CsvColumns {
  demandProportion(firstRecord, signature);
  const cells = firstRecord === undefined ? undefined : recordCells(firstRecord);
  if (!cells) throw new InputFileError('the first line is not CSV in UTF-8 (RFC 4180)');
  return columnsOf(cells, signature, setting);
}

/** Characters of a cell that is a number or the name of a feature, and of a record of few cells. */
const CELL_LENGTH = 256;
const SHORT_RECORD = 2 ** 16;

/** The first record is read while other requests wait: one that cannot fit the model is refused by its length. */
function demandProportion(record: string | undefined, { features = [] }: Signature): void {
  if (record === undefined || features.some(({ datatype }) => datatype === 'BYTES')) return;
  const limit = SHORT_RECORD + CELL_LENGTH * features.length;
  if (record.length > limit)
    throw new InputFileError(
      `the first line has ${record.length} characters; a line for the ${features.length} features of the model has at most ${limit}`,
    );
}

/**
 * Maps the cells of records to features by the cells of the first one. A header names the features in any order;
 * without one they come in the model's order. If it is not specified whether there is a header, a first record that
 * contains a feature's name is one, and also a first record without a number if every feature is a number. A record of
 * numbers is not a header if every feature is a number, whatever the features are called.
 * @throws InputFileError naming missing and unknown columns
 */
export function columnsOf(
  firstRecord: readonly string[],
  { features = [], unnamed = false }: Signature,
  setting?: HeaderSetting,
): CsvColumns {
  // More cells than these are a fault whatever they say, and the first faults are named.
  const names = firstRecord.slice(0, 2 * features.length + FAULTS_NAMED).map((cell) => cell.trim());
  const places = new Map(names.map((name, i) => [name, i]));
  const inOrder = { width: features.length, cells: features.map((_, j) => j) };
  const isNamed = features.some(({ name }) => places.has(name));
  const hasHeader =
    setting === undefined
      ? !isAllNumbers(names, features) && (isNamed || hasNoNumber(names, features))
      : setting === 'present';
  if (!hasHeader) return { hasHeader, ...inOrder };
  // The model has no real feature names to compare with the header, so columns are in order.
  if (unnamed && !isNamed && names.length === features.length) return { hasHeader, ...inOrder };
  checkHeader(names, places, features);
  return { hasHeader, width: names.length, cells: features.map(({ name }) => places.get(name) ?? -1) };
}

/** Faults of each kind that an answer names. */
const FAULTS_NAMED = 20;

const hasNoNumber = (cells: readonly string[], features: readonly Feature[]): boolean =>
  features.every(({ datatype }) => datatype !== 'BYTES' && datatype !== 'BOOL') &&
  cells.every((cell) => cell !== '' && !isNumber(cell));

/** Whether a record can only be values: numbers, or nothing, where the model takes nothing else. */
const isAllNumbers = (cells: readonly string[], features: readonly Feature[]): boolean =>
  features.every(({ datatype }) => datatype !== 'BYTES') &&
  cells.every((cell) => cell === '' || isNumber(cell));

const isNumber = (cell: string): boolean => cellNumber(cell) !== undefined || TRUTH.test(cell);

/** @param places the last position of each name */
function checkHeader(
  names: readonly string[],
  places: ReadonlyMap<string, number>,
  features: readonly Feature[],
): void {
  const known = new Set(features.map(({ name }) => name));
  const missing = features.filter(({ name, ignored }) => !ignored && !places.has(name));
  const unknown = names.filter((name) => !known.has(name));
  const twice = names.filter((name, i) => places.get(name) !== i);
  const faults = [
    ...missing.slice(0, FAULTS_NAMED).map(({ name }) => `${name} is missing`),
    ...unknown.slice(0, FAULTS_NAMED).map((name) => `unknown feature ${JSON.stringify(name.slice(0, 100))}`),
    ...twice.slice(0, FAULTS_NAMED).map((name) => `${JSON.stringify(name.slice(0, 100))} is duplicate`),
  ];
  if (faults.length > 0) throw new InputFileError(`the header does not fit the model: ${faults.join('; ')}`);
}

/** As Python and JSON write them; a model of numbers takes them for 1 and 0. */
const TRUTH = /^(?:true|false)$/i;

/** No two parts can match the same digits, so a long text that is not a number is rejected in one pass. */
const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i;

const cellNumber = (text: string): number | undefined => {
  if (NUMBER.test(text)) return Number(text);
  return /^nan$/i.test(text) ? NaN : undefined;
};

/**
 * A cell as its JSON equivalent; an empty cell is a missing value. Text that does not fit the feature's type
 * stays text.
 */
export function cellValue(cell: string, { datatype }: Feature): unknown {
  if (cell === '') return null;
  if (datatype === 'BYTES') return cell;
  const text = cell.trim();
  if (TRUTH.test(text)) return text.toLowerCase() === 'true';
  if ((datatype === 'INT64' || datatype === 'UINT64') && /^[+-]?\d+$/.test(text)) return wholeNumber(text);
  return cellNumber(text) ?? cell;
}

/** BigInt accepts no plus sign, and its time grows with the digits. No datatype has more than 20. */
const wholeNumber = (text: string): bigint | string =>
  text.length > 21 ? text : BigInt(text.replace(/^\+/, ''));
