import { createHmac, hash, type KeyObject } from 'node:crypto';
import { sha256Of } from '../common/content-hash.js';
import { type AuditValues, cellOf, type Content, FACTS } from './audit-columns.js';
import type { AuditEntry } from './audit-draft.js';
import { newSalt } from '../common/random-ids.js';

export type Cell = string | number | null;

const CONTENT_CELLS = (
  ['contentSalt', 'request', 'response', 'requestHeaders', 'contentDigest'] as const
).map(cellOf);

/** A record with its place in a chain: a cell for each of {@link AUDIT_PROPERTIES}. */
export interface ChainedRow {
  readonly cells: readonly (Cell | Buffer)[];
  /** The cells as a JSON list, with null in place of bytes. */
  readonly json: string;
}

export interface ChainHead {
  readonly seq: number;
  readonly hash: string;
}

/** The head of an empty chain. */
export const EMPTY_CHAIN: ChainHead = { seq: 0, hash: '' };

/** Digest of a record's inputs and outputs. It stays when they are erased; the salt is erased with them. */
export const contentDigest = (
  salt: string,
  request: Content,
  response: Content,
  headers: string | null,
): string => hash('sha256', digestedText(salt, request, response, headers));

/** Links a record to the previous one: any change, removal or insertion invalidates all later hashes. */
export const recordHash = (
  previous: string,
  writer: string,
  seq: number,
  facts: readonly Cell[],
  digest: string,
): string => link(previous, JSON.stringify([writer, seq, ...facts]), digest);

/** {@link contentDigest} of a stored record whose content was not erased. */
export const contentDigestOf = ({ contentSalt, request, response, requestHeaders }: AuditValues): string =>
  contentDigest(contentSalt!, request, response, requestHeaders);

/** Whether a row's digest was made of its contents. */
export function hasItsContent({ cells }: ChainedRow): boolean {
  const [salt, request, response, headers, digest] = CONTENT_CELLS.map((at) => cells[at]);
  return (
    contentDigest(salt as string, request as Content, response as Content, headers as string | null) ===
    digest
  );
}

/** {@link recordHash} of a stored record. */
export const recordHashOf = (previous: string, record: AuditValues): string =>
  recordHash(
    previous,
    record.writer,
    record.seq,
    FACTS.map((property) => record[property]),
    record.contentDigest,
  );

/**
 * Proves that a holder of the installation's key wrote a record with this hash, which covers the record and all before it:
 * HMAC-SHA-256 (RFC 2104).
 */
export const recordMac = (key: KeyObject, recordHash: string): string =>
  createHmac('sha256', key).update(recordHash).digest('base64url');

/** The next row of a writer's chain, and the new head. */
export function nextRow(
  writer: string,
  head: ChainHead,
  entry: AuditEntry,
  key: KeyObject,
): { row: ChainedRow; head: ChainHead } {
  const seq = head.seq + 1;
  const chained: Cell[] = [writer, seq];
  for (const property of FACTS) chained.push(entry[property] ?? null);
  const request = entry.request ?? null;
  const response = entry.response ?? null;
  const headers = entry.requestHeaders ?? null;
  const salt = newSalt();
  // Each text is created once and used for the hashes and the row, because stringifying is the largest cost
  // of a record.
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

/** Bytes become an object, which no text can be mistaken for. */
const digestible = (content: Content): unknown =>
  Buffer.isBuffer(content) ? { sha256: sha256Of(content) } : content;

const textOf = (content: Content): string | null => (Buffer.isBuffer(content) ? null : content);
