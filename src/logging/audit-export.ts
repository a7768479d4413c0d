import type { DataSource } from 'typeorm';
import { contentText } from './audit-draft.js';
import { AuditRecord } from './audit-record.entity.js';

export type ExportFormat = 'csv' | 'ndjson';

/** Records read at once; an export needs memory for these only. */
const PAGE = 1000;

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
] as const satisfies readonly (keyof AuditRecord)[];

const snakeCase = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** The trail as lines of text, oldest record first, in constant memory. */
export async function* exportLines(dataSource: DataSource, format: ExportFormat): AsyncGenerator<string> {
  if (format === 'csv')
    yield `${[...Object.keys(REFERENCE_COLUMNS), ...OTHER_COLUMNS.map(snakeCase)].join()}\r\n`;
  for await (const record of records(dataSource))
    yield format === 'csv' ? csvLine(record) : ndjsonLine(record);
}

async function* records(dataSource: DataSource): AsyncGenerator<AuditRecord> {
  const repository = dataSource.getRepository(AuditRecord);
  for (let last = 0; ;) {
    const page = await repository
      .createQueryBuilder('record')
      .where('record.id > :last', { last })
      .orderBy('record.id')
      .limit(PAGE)
      .getMany();
    yield* page;
    if (page.length < PAGE) return;
    last = page[page.length - 1].id;
  }
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

function ndjsonLine(record: AuditRecord): string {
  return `${JSON.stringify(Object.fromEntries(Object.entries(record).map(([name, value]) => [snakeCase(name), Buffer.isBuffer(value) ? contentText(value) : value])))}\n`;
}
