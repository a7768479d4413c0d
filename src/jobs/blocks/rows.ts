import { parseExactJson } from '../../common/exact-json.js';
import type { Feature } from '../../inference/model.js';
import { cellValue, type CsvColumns } from '../../prediction/input/csv.js';
import { recordCells } from '../../prediction/input/csv-text.js';

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
      return parseExactJson(record);
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
  return records.map((record) => {
    if (record === undefined) return NOT_UTF8;
    const cells = recordCells(record);
    if (!cells) return new RowFault('the line is not CSV: a quote may only enclose a whole cell (RFC 4180)');
    if (cells.length !== columns.width)
      return new RowFault(`the line has ${cells.length} cells instead of ${columns.width}`);
    return features.map((feature, j) => cellValue(cells[columns.cells[j] ?? -1] ?? '', feature));
  });
}
