import { contentText } from './audit-draft.js';
import type { AuditRecord } from './audit-record.entity.js';

export type ExportFormat = 'csv' | 'ndjson';

/** The reference app's log columns and what they hold here; the record's other columns follow. */
const REFERENCE_COLUMNS = {
  date: 'time',
  request: 'request',
  response: 'response',
  request_header: 'requestHeaders',
} as const;

const OTHER_COLUMNS = [
  'id',
  'kind',
  'action',
  'requestId',
  'username',
  'clientId',
  'tokenId',
  'address',
  'method',
  'route',
  'status',
  'error',
  'durationMs',
  'model',
  'version',
  'modelDigest',
  'rows',
  'flags',
  'subject',
  'writer',
  'seq',
  'contentSalt',
  'contentDigest',
  'hash',
  'mac',
] as const satisfies readonly (keyof AuditRecord)[];

const snakeCase = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** Records as lines of text, one by one. */
export async function* exportLines(
  records: AsyncIterable<AuditRecord>,
  format: ExportFormat,
): AsyncGenerator<string> {
  if (format === 'csv')
    yield `${[...Object.keys(REFERENCE_COLUMNS), ...OTHER_COLUMNS.map(snakeCase)].join()}\r\n`;
  for await (const record of records) yield format === 'csv' ? csvLine(record) : ndjsonLine(record);
}

function csvLine(record: AuditRecord): string {
  const cells = [...Object.values(REFERENCE_COLUMNS), ...OTHER_COLUMNS].map((name) => csvCell(record[name]));
  return `${cells.join()}\r\n`;
}

/** RFC 4180; a text that a spreadsheet would take for a formula is led by an apostrophe. */
function csvCell(value: string | number | Buffer | null): string {
  if (value === null) return '';
  if (Buffer.isBuffer(value)) return csvCell(contentText(value));
  if (typeof value === 'number') return String(value);
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

const ndjsonLine = (record: AuditRecord): string => `${JSON.stringify(recordView(record))}\n`;

/** A record by the names of its columns; bytes as JSON text that has them in base64. */
export const recordView = (record: AuditRecord): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(record).map(([name, value]: [string, unknown]) => [
      snakeCase(name),
      Buffer.isBuffer(value) ? contentText(value) : value,
    ]),
  );
