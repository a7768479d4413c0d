import { hash } from 'node:crypto';
import type { AuditEntry } from './audit-draft.js';
import { newSalt } from './salts.js';

/** The columns of a stored record, in the order in which they are hashed and inserted. */
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

export const AUDIT_COLUMNS = [
  'writer',
  'seq',
  ...CHAINED_COLUMNS,
  ...CONTENT_COLUMNS,
  'content_salt',
  'content_digest',
  'hash',
] as const;

type Cell = string | number | null;

export interface ChainHead {
  readonly seq: number;
  readonly hash: string;
}

/** The head of a chain that has no record yet. */
export const EMPTY_CHAIN: ChainHead = { seq: 0, hash: '' };

/** Digest over what a record says of the inputs and outputs. It stays when they are erased, the salt goes with them. */
export function contentDigest(salt: string, request: Cell, response: Cell, headers: Cell): string {
  return hash('sha256', JSON.stringify([salt, request, response, headers]));
}

/** Links a record to the one before it: any change, removal or insertion breaks every later hash. */
export function recordHash(
  previous: string,
  writer: string,
  seq: number,
  cells: readonly Cell[],
  digest: string,
): string {
  return hash('sha256', `${previous}\n${JSON.stringify([writer, seq, ...cells])}\n${digest}`);
}

/** The next row of a writer's chain, in the order of {@link AUDIT_COLUMNS}, and the chain's new head. */
export function nextRow(
  writer: string,
  head: ChainHead,
  entry: AuditEntry,
): { row: Cell[]; head: ChainHead } {
  const cells: Cell[] = [
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
  const content = [entry.request ?? null, entry.response ?? null, entry.requestHeaders ?? null] as const;
  const salt = newSalt();
  const digest = contentDigest(salt, ...content);
  const seq = head.seq + 1;
  const link = recordHash(head.hash, writer, seq, cells, digest);
  return { row: [writer, seq, ...cells, ...content, salt, digest, link], head: { seq, hash: link } };
}
