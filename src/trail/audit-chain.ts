import { createHmac, hash, type KeyObject } from 'node:crypto';
import { sha256Of } from '../common/content-hash.js';
import type { AuditEntry } from './audit-draft.js';
import type { AuditRecord } from './audit-record.entity.js';
import { newSalt } from './salts.js';

/** The columns of a stored record in the order in which they are hashed. */
export const CHAINED_COLUMNS = [
  'time',
  'kind',
  'action',
  'request_id',
  'username',
  'client_id',
  'token_id',
  'address',
  'method',
  'route',
  'protocol',
  'status',
  'error',
  'duration_ms',
  'model',
  'version',
  'model_digest',
  'rows',
  'flags',
  'subject',
] as const;

export const CONTENT_COLUMNS = ['request', 'response', 'request_headers'] as const;

/** The columns of a stored record in the order in which they are inserted. */
export const AUDIT_COLUMNS = [
  'writer',
  'seq',
  ...CHAINED_COLUMNS,
  'content_salt',
  ...CONTENT_COLUMNS,
  'content_digest',
  'mac',
  'hash',
] as const;

const CONTENT_PLACES = ['content_salt', ...CONTENT_COLUMNS, 'content_digest'].map((name) =>
  AUDIT_COLUMNS.indexOf(name as (typeof AUDIT_COLUMNS)[number]),
);

export type Cell = string | number | null;
/** A body: text, or the bytes of one with binary tensors. */
export type Content = string | Buffer | null;

/** A record with its place in a chain: its cells in the order of {@link AUDIT_COLUMNS}. */
export interface ChainedRow {
  readonly cells: readonly (Cell | Buffer)[];
  /** The cells as a JSON list, with null in the place of bytes. */
  readonly json: string;
}

export interface ChainHead {
  readonly seq: number;
  readonly hash: string;
}

/** The head of a chain that has no record yet. */
export const EMPTY_CHAIN: ChainHead = { seq: 0, hash: '' };

/** Digest over what a record says of the inputs and outputs. It stays when they are erased, the salt goes with them. */
export const contentDigest = (
  salt: string,
  request: Content,
  response: Content,
  headers: string | null,
): string => hash('sha256', digestedText(salt, request, response, headers));

/** Links a record to the one before it: any change, removal or insertion breaks every later hash. */
export const recordHash = (
  previous: string,
  writer: string,
  seq: number,
  cells: readonly Cell[],
  digest: string,
): string => link(previous, JSON.stringify([writer, seq, ...cells]), digest);

/** {@link contentDigest} of a stored record that still has its content. */
export const contentDigestOf = ({ contentSalt, request, response, requestHeaders }: AuditRecord): string =>
  contentDigest(contentSalt!, request, response, requestHeaders);

/** Whether a row's bodies are those that its digest was made of. */
export function hasItsContent({ cells }: ChainedRow): boolean {
  const [salt, request, response, headers, digest] = CONTENT_PLACES.map((at) => cells[at]);
  return (
    contentDigest(salt as string, request as Content, response as Content, headers as string | null) ===
    digest
  );
}

/** {@link recordHash} of a stored record. */
export const recordHashOf = (previous: string, record: AuditRecord): string =>
  recordHash(
    previous,
    record.writer,
    record.seq,
    CHAINED_PROPERTIES.map((property) => record[property] as Cell),
    record.contentDigest,
  );

/** The entity's names of {@link CHAINED_COLUMNS}. */
const CHAINED_PROPERTIES = CHAINED_COLUMNS.map((column) =>
  column.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase()),
) as (keyof AuditRecord)[];

/**
 * Says that a holder of the installation's key wrote a record of this hash, which covers the record and all before it:
 * HMAC-SHA-256 (RFC 2104).
 */
export const recordMac = (key: KeyObject, recordHash: string): string =>
  createHmac('sha256', key).update(recordHash).digest('base64url');

/** The next row of a writer's chain and the chain's new head. */
export function nextRow(
  writer: string,
  head: ChainHead,
  entry: AuditEntry,
  key: KeyObject,
): { row: ChainedRow; head: ChainHead } {
  const seq = head.seq + 1;
  const chained: Cell[] = [
    writer,
    seq,
    entry.time,
    entry.kind,
    entry.action ?? null,
    entry.requestId ?? null,
    entry.username ?? null,
    entry.clientId ?? null,
    entry.tokenId ?? null,
    entry.address ?? null,
    entry.method ?? null,
    entry.route ?? null,
    entry.protocol ?? null,
    entry.status ?? null,
    entry.error ?? null,
    entry.durationMs ?? null,
    entry.model ?? null,
    entry.version ?? null,
    entry.modelDigest ?? null,
    entry.rows ?? null,
    entry.flags ?? null,
    entry.subject ?? null,
  ];
  const request = entry.request ?? null;
  const response = entry.response ?? null;
  const headers = entry.requestHeaders ?? null;
  const salt = newSalt();
  // Each text is made once and serves the hashes and the row: stringifying is what a record costs most.
  const chainedText = JSON.stringify(chained);
  const content = digestedText(salt, request, response, headers);
  const digest = hash('sha256', content);
  const next = link(head.hash, chainedText, digest);
  const mac = recordMac(key, next);
  const stored =
    Buffer.isBuffer(request) || Buffer.isBuffer(response)
      ? JSON.stringify([salt, textOf(request), textOf(response), headers])
      : content;
  return {
    row: {
      cells: [...chained, salt, request, response, headers, digest, mac, next],
      json: `${chainedText.slice(0, -1)},${stored.slice(1, -1)},"${digest}","${mac}","${next}"]`,
    },
    head: { seq, hash: next },
  };
}

const link = (previous: string, chainedText: string, digest: string): string =>
  hash('sha256', `${previous}\n${chainedText}\n${digest}`);

const digestedText = (salt: string, request: Content, response: Content, headers: string | null): string =>
  JSON.stringify([salt, digestible(request), digestible(response), headers]);

/** Bytes stand as an object, which no text can be mistaken for. */
const digestible = (content: Content): unknown =>
  Buffer.isBuffer(content) ? { sha256: sha256Of(content) } : content;

const textOf = (content: Content): string | null => (Buffer.isBuffer(content) ? null : content);
