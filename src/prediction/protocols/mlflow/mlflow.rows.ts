import { ApiError } from '../../../common/errors.js';
import type { Signature } from '../../../inference/model.js';
import { cellValue, columnsOf, type CsvColumns, type HeaderSetting } from '../../input/csv.js';
import { csvRecords } from '../../input/csv-text.js';
import { InputFileError } from '../../input/input-file-error.js';
import { at } from '../../../common/lists.js';

/** The rows of a body, each a list in the order of the features or an object by feature name, and the path of row i. */
export interface BodyRows {
  readonly rows: readonly unknown[];
  readonly at: (row: number) => readonly (string | number)[];
}

type Json = Readonly<Record<string, unknown>>;

/** Reads the value of each input field of MLflow's scoring protocol. */
const FIELDS: Readonly<Record<string, (value: unknown) => BodyRows>> = {
  dataframe_split: splitRows,
  dataframe_records: (value) => listRows('dataframe_records', value),
  instances: (value) => listRows('instances', value),
  inputs: (value) => (Array.isArray(value) ? listRows('inputs', value) : columnRows(value)),
};

/**
 * Reads a JSON body with exactly one of the input fields. Other members are ignored.
 * @throws ApiError `bad_request` or `invalid_input`
 */
export function jsonRows(body: unknown): (signature: Signature) => BodyRows {
  const fields = Object.entries(FIELDS);
  const given = isObject(body) ? fields.filter(([name]) => Object.hasOwn(body, name)) : [];
  const [first, second] = given;
  if (first === undefined || second !== undefined)
    throw new ApiError(
      'bad_request',
      `the body must be a JSON object with exactly one of ${namesOf(fields).join(', ')}` +
        (given.length > 1 ? `; it has ${namesOf(given).join(' and ')}` : ''),
    );
  const [field, read] = first;
  const found = read((body as Json)[field]);
  return () => found;
}

const namesOf = (fields: readonly (readonly [string, unknown])[]): string[] => fields.map(([name]) => name);

const listRows = (field: string, value: unknown): BodyRows => ({
  rows: nonEmpty(field, value),
  at: (row) => ['body', field, row],
});

/** pandas' orient "split": `{"columns": [name, …], "data": [[value, …], …]}`; `index` is ignored. */
function splitRows(value: unknown): BodyRows {
  const field = 'dataframe_split';
  if (!isObject(value)) throw invalid(field, 'must be an object with columns and data');
  const data = nonEmpty(`${field}.data`, value.data);
  const { columns } = value;
  const at = (row: number) => ['body', field, 'data', row];
  // Without names, pandas numbers the columns; then they are in the order of the features.
  if (columns === undefined || columns === null) return { rows: data, at };
  if (!Array.isArray(columns) || !columns.every((name) => typeof name === 'string'))
    throw invalid(`${field}.columns`, 'must be a list of names');
  if (new Set(columns).size < columns.length) throw invalid(`${field}.columns`, 'contains a duplicate name');
  const rows = data.map((cells, i) => {
    if (!Array.isArray(cells) || cells.length !== columns.length)
      throw invalid(`${field}.data[${i}]`, `must be a list of ${columns.length} values, one per column`);
    return Object.fromEntries(columns.map((name, j) => [name, cells[j] as unknown]));
  });
  return { rows, at };
}

/** `{"inputs": {name: [value a row, …], …}}`: columns of a table, or tensors whose first dimension is the rows. */
function columnRows(value: unknown): BodyRows {
  if (!isObject(value)) throw invalid('inputs', 'must be a list of rows, or an object of lists by name');
  const columns = Object.entries(value).map(
    ([name, list]) => [name, nonEmpty(`inputs.${name.slice(0, 100)}`, list)] as const,
  );
  const [first] = columns;
  if (first === undefined) throw invalid('inputs', 'must have one list or more');
  const [firstName, { length }] = first;
  for (const [name, list] of columns)
    if (list.length !== length)
      throw invalid(
        `inputs.${name.slice(0, 100)}`,
        `has ${list.length} values where ${firstName.slice(0, 100)} has ${length}`,
      );
  const rows = Array.from({ length }, (_, i) =>
    Object.fromEntries(columns.map(([name, list]) => [name, list[i]])),
  );
  return { rows, at: (row) => ['body', 'inputs', row] };
}

/**
 * Reads a CSV body. MLflow's clients send a header, SageMaker's do not; {@link columnsOf} tells them apart.
 * @param header the content type's parameter, if given
 * @throws ApiError `invalid_input`
 */
export function csvRows(text: string | undefined, header?: string): (signature: Signature) => BodyRows {
  const records = csvRecords(text ?? '');
  const [head] = records;
  if (head === undefined) throw invalid('the body', 'has no rows');
  return (signature) => {
    const { features } = signature;
    if (!features) throw invalid('the body', 'this model has no tabular features; send JSON instead of CSV');
    const columns = headerOf(head, signature, header as HeaderSetting | undefined);
    const first = columns.hasHeader ? 1 : 0;
    if (records.length === first) throw invalid('the body', 'has a header and no rows');
    const rows = records.slice(first).map((cells, i) => {
      if (cells.length !== columns.width)
        throw invalid(`rows[${i}]`, `has ${cells.length} cells instead of ${columns.width}`);
      return features.map((feature, j) => cellValue(cells[at(columns.cells, j)] ?? '', feature));
    });
    return { rows, at: (row) => ['body', 'rows', row] };
  };
}

function headerOf(
  cells: readonly string[],
  signature: Signature,
  header: HeaderSetting | undefined,
): CsvColumns {
  try {
    return columnsOf(cells, signature, header);
  } catch (error) {
    if (error instanceof InputFileError) throw new ApiError('invalid_input', error.message);
    throw error;
  }
}

function nonEmpty(where: string, value: unknown): unknown[] {
  if (!Array.isArray(value) || value.length === 0) throw invalid(where, 'must be a list of one row or more');
  return value;
}

const isObject = (value: unknown): value is Json =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

const invalid = (where: string, message: string): ApiError =>
  new ApiError('invalid_input', `${where}: ${message}`);
