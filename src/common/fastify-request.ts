import type { Readable } from 'node:stream';
import type { RecordedActor } from './actor.js';
import type { AdministrationFacts, PredictionFacts } from './recorded-facts.js';
import type { ErrorFormat } from './error-format.js';
import type { ErrorCode } from './errors.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** True if the route reads a body of rows (CSV, NDJSON) itself, from `request.fileStream`. */
    readonly takesFile?: boolean;
  }

  interface FastifyRequest {
    /** Who calls: the {@link Caller} whom the gate admitted, or the actor who logs in or whose token is revoked. */
    user?: RecordedActor;
    /** Set by a protocol's controller when a model has answered: content of the audit record. */
    prediction?: PredictionFacts;
    /** Set by the access guard on routes of administration. A handler may add the object that was changed. */
    administration?: AdministrationFacts;
    /** The body as received: text, or bytes if it contains binary tensors. */
    rawBody?: string | Buffer;
    /** Error format of a request that matches no route, where its path is one of a protocol. */
    unroutedFormat?: ErrorFormat;
    /** Set if the response is an error. */
    errorCode?: ErrorCode;
    /** The unread body of a batch job's file. */
    fileStream?: Readable;
    /** The caller's address, read on arrival: a connection that is closed has none. */
    address: string;
    /** `performance.now()` when the request arrived. */
    arrivedAt: number;
    /** True when the request's record is in the trail, so that it is recorded once. */
    recorded?: boolean;
  }
}
