import type { FastifyContextConfig } from 'fastify';
import type { ErrorCode } from '../common/errors.js';
import { headerText } from '../common/header-text.js';
import type { RecordedActor } from '../common/actor.js';
import { isSecretHeader, REDACTED, withoutSecrets } from '../common/secrets.js';
import type { AdministrationFacts, PredictionFacts } from '../common/recorded-facts.js';
import { recordedBody } from './recorded-body.js';
import type { AuditEntry } from '../trail/audit-draft.js';

/** The parts of a request that its record needs, for any transport. A FastifyRequest has them. */
export interface RecordedCall {
  readonly id: string;
  readonly address: string;
  readonly method: string;
  readonly url: string;
  readonly routeOptions: {
    readonly url?: string;
    readonly config?: Pick<FastifyContextConfig, 'recording' | 'bodySchema'> & {
      readonly protocol?: { readonly name: string };
    };
  };
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: unknown;
  readonly rawBody?: string | Buffer;
  readonly arrivedAt: number;
  readonly user?: RecordedActor;
  readonly prediction?: PredictionFacts;
  readonly administration?: AdministrationFacts;
}

export interface Outcome {
  readonly status: number;
  readonly error?: ErrorCode;
  /** The response body as sent: JSON text, or bytes. */
  readonly response?: string | Buffer;
}

/** A header for the client's own reference, such as a customer or case number. */
const SUBJECT_HEADER = 'x-subject-id';

/**
 * The audit record of a call, with every secret removed.
 * @param notRecorded how many calls were left out since the last record of a stranger
 */
export function requestRecord(request: RecordedCall, outcome: Outcome, notRecorded = 0): AuditEntry {
  const { prediction, administration } = request;
  const { user: actor } = request;
  const now = performance.now();
  return {
    time: new Date(Date.now() - (now - request.arrivedAt)).toISOString(),
    kind: kindOf(request),
    action: administration?.action,
    requestId: request.id,
    actorKind: actor?.kind,
    actorId: actor?.id,
    username: actor?.name ?? administration?.claimedName,
    clientId: printable(actor?.clientId),
    tokenId: actor?.tokenId,
    address: request.address,
    method: request.method,
    route: routeOf(request),
    protocol: request.routeOptions.config?.protocol?.name,
    status: outcome.status,
    error: outcome.error,
    durationMs: Math.round((now - request.arrivedAt) * 1000) / 1000,
    model: printable(prediction?.model ?? administration?.model?.name),
    version: prediction ? prediction.version : administration?.model?.version,
    modelDigest: prediction ? prediction.digest : administration?.model?.digest,
    rows: prediction?.rows,
    flags: flagsOf(prediction, notRecorded),
    subject: administration?.target === undefined ? subjectOf(request) : printable(administration.target),
    request: bodyOf(request, outcome),
    response: answerOf(request, outcome),
    requestHeaders: headersOf(request),
  };
}

function flagsOf(prediction: PredictionFacts | undefined, notRecorded: number): string | null {
  if (notRecorded > 0) return JSON.stringify({ not_recorded: notRecorded });
  return prediction?.flags === undefined ? null : JSON.stringify(prediction.flags);
}

const kindOf = ({ prediction, administration }: RecordedCall): AuditEntry['kind'] => {
  if (prediction) return 'prediction';
  return administration ? 'administration' : 'request';
};

/** Statuses of requests that are rejected before the body is read. */
const UNREAD = [403, 413, 429];

function bodyOf(request: RecordedCall, outcome: Outcome): string | Buffer | null | undefined {
  const { prediction } = request;
  if (prediction)
    return prediction.recordedRequest === undefined ? storable(request.rawBody) : prediction.recordedRequest;
  // Bodies of unauthenticated requests are not stored.
  if (request.user === undefined || UNREAD.includes(outcome.status)) return undefined;
  return recordedBody(request.routeOptions.config?.bodySchema, request.body);
}

function answerOf(request: RecordedCall, outcome: Outcome): string | Buffer | undefined {
  const { prediction } = request;
  if (prediction) return prediction.recordedRequest === null ? undefined : outcome.response;
  return request.routeOptions.config?.recording?.repeatsRecords ? undefined : redactedJson(outcome.response);
}

function redactedJson(text: string | Buffer | undefined): string | undefined {
  if (typeof text !== 'string') return undefined;
  try {
    return JSON.stringify(withoutSecrets(JSON.parse(text)));
  } catch {
    return undefined;
  }
}

/** The route of a call; for one without a route its path, without parameters. */
export const routeOf = (request: RecordedCall): string =>
  request.routeOptions.url ?? request.url.replace(/\?.*$/s, '').slice(0, 512);

export function subjectOf(request: Pick<RecordedCall, 'headers'>): string | undefined {
  const value = request.headers[SUBJECT_HEADER];
  return typeof value === 'string' ? printable(headerText(value)) : undefined;
}

/** A text from the client, shortened, without characters that break a database or a terminal. */
const printable = (name: string | undefined): string | undefined =>
  name?.replace(/\p{C}/gu, '\ufffd').slice(0, 256);

/** Databases do not store U+0000 in text reliably, so a text with one is stored as bytes. */
const storable = (body: string | Buffer | undefined): string | Buffer | undefined =>
  typeof body === 'string' && body.includes('\0') ? Buffer.from(body) : body;

/** What is kept of a stranger's headers, each cut to a length that bounds the record. */
const STRANGERS_HEADERS = [
  'host',
  'user-agent',
  'content-type',
  'content-length',
  'x-forwarded-for',
  'origin',
  'authorization',
];
const STRANGERS_LENGTH = 256;

function headersOf({ headers, user }: RecordedCall): string {
  const kept: Record<string, unknown> = {};
  if (user === undefined) {
    for (const name of STRANGERS_HEADERS)
      if (headers[name] !== undefined)
        kept[name] = keptHeader(name, String(headers[name]).slice(0, STRANGERS_LENGTH));
  } else for (const name in headers) kept[name] = keptHeader(name, headers[name]);
  return JSON.stringify(kept);
}

function keptHeader(name: string, value: unknown): unknown {
  if (isSecretHeader(name)) return REDACTED;
  return typeof value === 'string' ? headerText(value) : value;
}
