import { TrainingError } from './training-error.js';

/**
 * Splits CSV text (RFC 4180; lines may end in LF alone) into records of fields. Empty lines are passed over.
 * @throws TrainingError naming the line when a quoted field is not closed, or records differ in length
 */
export function parseCsv(text: string): string[][] {
  const records: string[][] = [];
  let record: string[] = [];
  let line = 1;
  const field = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/y;
  const end = text.length;
  // A byte order mark is how some spreadsheets begin their UTF-8.
  field.lastIndex = text.startsWith('\ufeff') ? 1 : 0;
  while (field.lastIndex < end || record.length > 0) {
    const match = field.exec(text);
    if (!match) throw new TrainingError(`line ${line}: a quote is out of place`);
    const [, quoted, plain, separator] = match;
    record.push(quoted === undefined ? plain.trim() : quoted.replaceAll('""', '"'));
    if (separator === ',') continue;
    if (record.length > 1 || record[0] !== '') records.push(record);
    if (record.length !== records[0]?.length && record[0] !== '') {
      throw new TrainingError(
        `line ${line} has ${record.length} fields; the first one has ${records[0].length}`,
      );
    }
    record = [];
    line++;
  }
  return records;
}
