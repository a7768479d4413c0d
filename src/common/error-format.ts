import type { z } from 'zod';
import { PROBLEM } from './error-bodies.js';
import { type ApiError, type ErrorCode, ERRORS } from './errors.js';

/** The error format of a route. Default: {@link PROBLEM_DETAILS}. */
export interface ErrorFormat {
  readonly contentType: string;
  /** Schema of the body, for the OpenAPI document. */
  readonly schema: z.ZodType;
  body(error: ApiError, requestId: string): Readonly<Record<string, unknown>>;
  /** Headers of every error of the route. */
  readonly headers?: Readonly<Record<string, string>>;
  /**
   * True if clients compare `WWW-Authenticate` with the bare scheme. Otherwise the error is added (RFC 6750 section 3).
   */
  readonly bareChallenge?: boolean;
  /** True if the route uses `inactive_user` for a disabled user. Other routes use `invalid_token`. */
  readonly tellsInactive?: boolean;
  /** The code for a body that is not JSON; `bad_request` unless given. */
  readonly malformedBody?: ErrorCode;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    readonly errorFormat?: ErrorFormat;
  }
}

export interface RenderedError {
  readonly body: Readonly<Record<string, unknown>>;
  readonly contentType: string;
  readonly headers: Readonly<Record<string, string>>;
}

export const JSON_UTF8 = 'application/json; charset=utf-8';

/** RFC 9457, with code, request id and faults of the body as extension members. */
export const PROBLEM_DETAILS: ErrorFormat = {
  contentType: 'application/problem+json',
  schema: PROBLEM,
  body: (error, requestId) => ({
    type: `urn:modelgate:error:${error.code}`,
    title: ERRORS[error.code].title,
    status: error.status,
    detail: error.detail,
    code: error.code,
    request_id: requestId,
    ...(error.faults && { faults: error.faults }),
  }),
};

/** The body, type and headers of an error in the route's format. */
export const renderError = (error: ApiError, format: ErrorFormat, requestId: string): RenderedError => ({
  body: format.body(error, requestId),
  contentType: format.contentType,
  headers: { ...format.headers, ...challenge(error, format), ...retryAfter(error), ...error.headers },
});

/** Seconds after which a client may try again what the server could not do. */
const RETRY_SECONDS = '5';

const retryAfter = ({ status }: ApiError): Record<string, string> =>
  status === 503 ? { 'Retry-After': RETRY_SECONDS } : {};

function challenge({ status, code }: ApiError, { bareChallenge }: ErrorFormat): Record<string, string> {
  if (status !== 401) return {};
  // RFC 6749 section 5.2: the scheme with which the client may authenticate.
  if (code === 'invalid_client') return { 'WWW-Authenticate': 'Basic realm="modelgate"' };
  const bare = bareChallenge === true || code !== 'invalid_token';
  return { 'WWW-Authenticate': bare ? 'Bearer' : 'Bearer error="invalid_token"' };
}
