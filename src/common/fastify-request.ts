import type { Readable } from 'node:stream';
import type { AdministrationFacts, PredictionFacts } from './recorded-facts.js';
import type { ErrorCode } from './errors.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** True if the route reads a body of rows (CSV, NDJSON) itself, from `request.fileStream`. */
    readonly takesFile?: boolean;
  }

  interface FastifyRequest {
    /** Set by the guards: the {@link Principal}, or the user who logs in at `/token`. */
    user?: unknown;
    /** Set by a protocol's controller once a model has answered: what the audit record says of it. */
    prediction?: PredictionFacts;
    /** Set by the access guard on routes of administration; a handler may add whom or what it was about. */
    administration?: AdministrationFacts;
    /** The body as it came: text, or bytes where it has binary tensors. */
    rawBody?: string | Buffer;
    /** Set where the request was answered with an error. */
    errorCode?: ErrorCode;
    /** The body of a batch job's file, not read yet. */
    fileStream?: Readable;
    /** `performance.now()` when the request came. */
    arrivedAt: number;
    /** True once the request's record is in the trail, so that it gets one only. */
    recorded?: boolean;
  }
}
