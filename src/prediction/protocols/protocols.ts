import { type ErrorFormat, PROBLEM_DETAILS } from '../../common/error-format.js';
import type { AuditRecord } from '../../trail/audit-record.entity.js';
import { GRPC } from './grpc/grpc.protocol.js';
import type { Exchange, HttpProtocol, Protocol } from './protocol.js';
import { REFERENCE } from './reference/reference.protocol.js';
import { V1 } from './v1/v1.protocol.js';
import { V2 } from './v2/v2.protocol.js';

/** The protocols of REST. To add one, see docs/contributing/protocol.md. */
export const HTTP_PROTOCOLS: readonly HttpProtocol[] = [REFERENCE, V1, V2];

/** All protocols, by the name that audit records have. */
const BY_NAME: ReadonlyMap<string, Protocol> = new Map(
  [...HTTP_PROTOCOLS, GRPC].map((protocol) => [protocol.name, protocol]),
);

/** The error format for a request that matches no route, by the prefix of its path. */
export function unroutedFormat(url: string): ErrorFormat {
  const path = url.split('?', 1)[0];
  const owner = HTTP_PROTOCOLS.find(
    ({ prefix }) => prefix !== undefined && (path === prefix || path.startsWith(`${prefix}/`)),
  );
  return owner?.errors ?? PROBLEM_DETAILS;
}

/**
 * Reads the request of a prediction's audit record again.
 * @returns undefined where there is none, or no protocol read it: a batch job's
 * @throws ApiError or SyntaxError where the body is not one of its protocol
 */
export function recordedExchange({
  protocol,
  request,
  requestHeaders,
}: Pick<AuditRecord, 'protocol' | 'request' | 'requestHeaders'>): Exchange | undefined {
  const known = protocol === null ? undefined : BY_NAME.get(protocol);
  if (!known || request === null) return undefined;
  return known.recorded(request, JSON.parse(requestHeaders ?? '{}') as Record<string, unknown>);
}
