import { Readable } from 'node:stream';
import { CHAINED_COLUMNS } from './audit-chain.js';
import { contentText } from './audit-draft.js';
import type { AuditRecord } from './audit-record.entity.js';

export type ExportFormat = 'csv' | 'ndjson';

type SnakeCase<Name extends string> = Name extends `${infer First}${infer Rest}`
  ? `${First extends Lowercase<First> ? First : `_${Lowercase<First>}`}${SnakeCase<Rest>}`
  : Name;

/** A record by the names of its columns; bytes as JSON text that has them in base64. */
export type RecordView = Record<SnakeCase<keyof AuditRecord>, string | number | null>;

/** The reference app's log columns and what they hold here; the record's other columns follow. */
const REFERENCE_COLUMNS = {
  date: 'time',
  request: 'request',
  response: 'response',
  request_header: 'request_headers',
} as const satisfies Record<string, keyof RecordView>;

const OTHER_COLUMNS: readonly (keyof RecordView)[] = [
  'id',
  ...CHAINED_COLUMNS.filter((column) => column !== 'time'),
  'writer',
  'seq',
  'content_salt',
  'content_digest',
  'hash',
  'mac',
];

const CSV_HEADER = `${[...Object.keys(REFERENCE_COLUMNS), ...OTHER_COLUMNS].join()}\r\n`;
const CSV_COLUMNS = [...Object.values(REFERENCE_COLUMNS), ...OTHER_COLUMNS];

/** Pages of records as text in UTF-8. The next page is asked for when the reader has taken the last one. */
export function exportStream(pages: AsyncIterable<readonly AuditRecord[]>, format: ExportFormat): Readable {
  return Readable.from(exportChunks(pages, format), { objectMode: false });
}

/** A chunk a page: a chunk a record would cost each record a way through all that lies behind. */
async function* exportChunks(
  pages: AsyncIterable<readonly AuditRecord[]>,
  format: ExportFormat,
): AsyncGenerator<Buffer> {
  if (format === 'csv') yield Buffer.from(CSV_HEADER);
  const lineOf = format === 'csv' ? csvLine : ndjsonLine;
  for await (const records of pages)
    if (records.length > 0) yield Buffer.from(records.map((record) => lineOf(recordView(record))).join(''));
}

const csvLine = (view: RecordView): string =>
  `${CSV_COLUMNS.map((column) => csvCell(view[column])).join()}\r\n`;

/** RFC 4180; a text that a spreadsheet would take for a formula is led by an apostrophe. */
function csvCell(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

const ndjsonLine = (view: RecordView): string => `${JSON.stringify(view)}\n`;

/** Written out, since an object whose shape is known beforehand is made and turned into JSON three times as fast. */
export const recordView = (record: AuditRecord): RecordView => ({
  id: record.id,
  writer: record.writer,
  seq: record.seq,
  time: record.time,
  kind: record.kind,
  action: record.action,
  request_id: record.requestId,
  username: record.username,
  client_id: record.clientId,
  token_id: record.tokenId,
  address: record.address,
  method: record.method,
  route: record.route,
  protocol: record.protocol,
  status: record.status,
  error: record.error,
  duration_ms: record.durationMs,
  model: record.model,
  version: record.version,
  model_digest: record.modelDigest,
  rows: record.rows,
  flags: record.flags,
  subject: record.subject,
  request: contentText(record.request),
  response: contentText(record.response),
  request_headers: record.requestHeaders,
  content_salt: record.contentSalt,
  content_digest: record.contentDigest,
  hash: record.hash,
  mac: record.mac,
});
