import type { Feature } from '../../inference/model.js';
import { cellValue, type CsvColumns, parseRecords } from '../../prediction/input/csv.js';

/** Replaces a row that cannot be read, with the reason. */
export class RowFault {
  constructor(readonly message: string) {}
}

const NOT_UTF8 = new RowFault('the line is not UTF-8');

/** One line of NDJSON per row: a list in the order of the features, or an object by feature name. */
export function rowsOfJson(records: readonly (string | undefined)[]): unknown[] {
  return records.map((record) => {
    if (record === undefined) return NOT_UTF8;
    try {
      return JSON.parse(record) as unknown;
    } catch {
      return new RowFault('the line is not JSON');
    }
  });
}

/** One record of CSV per row, with its cells in the order of the features. */
export function rowsOfCsv(
  records: readonly (string | undefined)[],
  columns: CsvColumns,
  features: readonly Feature[],
): unknown[] {
  const parsed = parseRecords(records.filter((record) => record !== undefined));
  let next = 0;
  return records.map((record) => {
    if (record === undefined) return NOT_UTF8;
    const cells = parsed[next++];
    if (!cells) return new RowFault('the line is not CSV');
    if (cells.length !== columns.width)
      return new RowFault(`the line has ${cells.length} cells instead of ${columns.width}`);
    return features.map((feature, j) => cellValue(cells[columns.cells[j] ?? -1] ?? '', feature));
  });
}
