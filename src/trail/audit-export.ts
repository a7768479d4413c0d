import { Readable } from 'node:stream';
import { AUDIT_PROPERTIES, type AuditProperty, type ColumnName, columnName, FACTS } from './audit-columns.js';
import { contentText } from './audit-draft.js';
import type { AuditRecord } from './audit-record.entity.js';

export type ExportFormat = 'csv' | 'ndjson';

type Value = string | number | null;

/** A record by the names of its columns; bytes as JSON text that holds them in base64. */
export type RecordView = Record<'id' | ColumnName, Value>;

const PROPERTIES = ['id', ...AUDIT_PROPERTIES] as const;
const nameOf = (property: keyof AuditRecord): 'id' | ColumnName =>
  property === 'id' ? property : columnName(property);

/** The columns of the reference app's log and their content here. The record's other columns follow. */
const REFERENCE_COLUMNS = {
  date: 'time',
  request: 'request',
  response: 'response',
  request_header: 'requestHeaders',
} as const satisfies Record<string, AuditProperty>;

const REFERENCE_PROPERTIES: readonly string[] = Object.values(REFERENCE_COLUMNS);
const OTHERS = [...new Set(['id', ...FACTS, ...PROPERTIES] as const)].filter(
  (property) => !REFERENCE_PROPERTIES.includes(property),
);
const CSV_PROPERTIES = [...Object.values(REFERENCE_COLUMNS), ...OTHERS];
const CSV_HEADER = `${[...Object.keys(REFERENCE_COLUMNS), ...OTHERS.map(nameOf)].join()}\r\n`;

/** Pages of records as UTF-8 text. The next page is read when the reader has taken the last one. */
export function exportStream(pages: AsyncIterable<readonly AuditRecord[]>, format: ExportFormat): Readable {
  return Readable.from(exportChunks(pages, format), { objectMode: false });
}

/** A chunk a page: each chunk has a cost in every stage of the stream. */
async function* exportChunks(
  pages: AsyncIterable<readonly AuditRecord[]>,
  format: ExportFormat,
): AsyncGenerator<Buffer> {
  if (format === 'csv') yield Buffer.from(CSV_HEADER);
  const lineOf = format === 'csv' ? csvLine : ndjsonLine;
  for await (const records of pages) if (records.length > 0) yield Buffer.from(records.map(lineOf).join(''));
}

const csvLine = (record: AuditRecord): string =>
  `${CSV_PROPERTIES.map((property) => csvCell(valueOf(record, property))).join()}\r\n`;

/** RFC 4180. A text that a spreadsheet would take for a formula gets an apostrophe in front. */
function csvCell(value: Value): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

const NDJSON_KEYS = PROPERTIES.map((property, at) => `${at === 0 ? '{' : ','}"${nameOf(property)}":`);

/** Value by value: an object that is built from a list of names takes twice as long. */
function ndjsonLine(record: AuditRecord): string {
  let line = '';
  for (const [at, property] of PROPERTIES.entries())
    line += NDJSON_KEYS[at] + JSON.stringify(valueOf(record, property));
  return `${line}}\n`;
}

export const recordView = (record: AuditRecord): RecordView =>
  Object.fromEntries(
    PROPERTIES.map((property) => [nameOf(property), valueOf(record, property)]),
  ) as RecordView;

function valueOf(record: AuditRecord, property: keyof AuditRecord): Value {
  const value = record[property];
  return Buffer.isBuffer(value) ? contentText(value) : value;
}
