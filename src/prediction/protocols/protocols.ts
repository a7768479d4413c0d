import type { Type } from '@nestjs/common';
import { type ErrorFormat, PROBLEM_DETAILS } from '../../common/error-format.js';
import type { Config } from '../../config/config.js';
import type { AuditRecord } from '../../trail/audit-record.entity.js';
import { GRPC } from './grpc/grpc.protocol.js';
import { MLFLOW } from './mlflow/mlflow.protocol.js';
import type { Exchange, HttpProtocol, Protocol } from './protocol.js';
import { REFERENCE } from './reference/reference.protocol.js';
import { V1 } from './v1/v1.protocol.js';
import { V2 } from './v2/v2.protocol.js';
import { VERTEX } from './vertex/vertex.protocol.js';
import { before } from '../../common/lists.js';

/**
 * A protocol over HTTP and its controllers, which are loaded lazily: commands that only read the trail do not need
 * them.
 */
interface Registration {
  readonly protocol: HttpProtocol;
  readonly load: () => Promise<{ controllers(config: Config): Type[] }>;
}

/** The protocols over HTTP, one line each. docs/contributing/protocol.md describes how to add one. */
export const REGISTRATIONS: readonly Registration[] = [
  { protocol: REFERENCE, load: () => import('./reference/reference.controller.js') },
  { protocol: V1, load: () => import('./v1/v1.controller.js') },
  { protocol: V2, load: () => import('./v2/v2.controller.js') },
  { protocol: MLFLOW, load: () => import('./mlflow/mlflow.controller.js') },
  { protocol: VERTEX, load: () => import('./vertex/vertex.controller.js') },
];

export const HTTP_PROTOCOLS: readonly HttpProtocol[] = REGISTRATIONS.map(({ protocol }) => protocol);

/** All protocols, by their name in audit records. */
export const PROTOCOLS: ReadonlyMap<string, Protocol> = new Map(
  [...HTTP_PROTOCOLS, GRPC].map((protocol) => [protocol.name, protocol]),
);

/** The error format for a request that matches no route, by the prefix of its path. */
export function unroutedFormat(url: string): ErrorFormat {
  const path = before(url, '?');
  const owner = HTTP_PROTOCOLS.find(
    ({ prefix }) => prefix !== undefined && (path === prefix || path.startsWith(`${prefix}/`)),
  );
  return owner?.errors ?? PROBLEM_DETAILS;
}

/**
 * Reads the request of a prediction's audit record again.
 * @returns undefined if the record has no request, or no protocol has read it (batch jobs)
 * @throws ApiError or SyntaxError if the body is not one of its protocol
 */
export function recordedExchange({
  protocol,
  request,
  requestHeaders,
}: Pick<AuditRecord, 'protocol' | 'request' | 'requestHeaders'>): Exchange | undefined {
  const known = protocol === null ? undefined : PROTOCOLS.get(protocol);
  if (!known || request === null) return undefined;
  return known.recorded(request, JSON.parse(requestHeaders ?? '{}') as Record<string, unknown>);
}
