import { type ApiError, ERRORS } from './errors.js';

/** Whose error format a route speaks. */
export type ErrorFormat = 'reference' | 'token' | 'v2' | 'v1' | 'problem';

export interface RenderedError {
  readonly body: Record<string, unknown>;
  readonly contentType: string;
  readonly headers: Record<string, string>;
}

const JSON_TYPE = 'application/json; charset=utf-8';

export function errorFormatOf(url: string): ErrorFormat {
  const path = url.split('?', 1)[0];
  if (path === '/token' || path === '/revoke') return 'token';
  if (path === '/regression' || path === '/v1/test') return 'reference';
  if (path.startsWith('/v2')) return 'v2';
  return /^\/v1\/models\/[^/]+:(predict|explain)$/.test(path) ? 'v1' : 'problem';
}

/** RFC 6749 section 5.2 names for what can go wrong at the token endpoint. */
const OAUTH_ERRORS: Partial<Record<ApiError['code'], string>> = {
  invalid_credentials: 'invalid_grant',
  invalid_grant: 'invalid_grant',
  invalid_client: 'invalid_client',
  inactive_user: 'invalid_grant',
  unsupported_grant_type: 'unsupported_grant_type',
  invalid_scope: 'invalid_scope',
  not_authenticated: 'invalid_client',
  rate_limited: 'temporarily_unavailable',
  overloaded: 'temporarily_unavailable',
  internal: 'server_error',
};

/** The body, type and headers of an error as the route's clients expect it. */
export function renderError(error: ApiError, format: ErrorFormat, requestId: string): RenderedError {
  return {
    ...renderBody(error, format, requestId),
    headers: { ...challenge(error, format), ...error.headers },
  };
}

function renderBody(error: ApiError, format: ErrorFormat, requestId: string): Omit<RenderedError, 'headers'> {
  const detail = error.faults ?? error.detail;
  switch (format) {
    case 'reference':
      return { contentType: JSON_TYPE, body: { detail } };
    case 'token':
      return {
        contentType: JSON_TYPE,
        body: {
          detail,
          error: OAUTH_ERRORS[error.code] ?? 'invalid_request',
          error_description: error.detail,
        },
      };
    case 'v2':
      return { contentType: 'application/json', body: { error: error.detail } };
    default:
      return {
        contentType: 'application/problem+json',
        body: {
          type: `urn:modelgate:error:${error.code}`,
          title: ERRORS[error.code].title,
          status: error.status,
          detail: error.detail,
          code: error.code,
          request_id: requestId,
          ...(error.faults && { faults: error.faults }),
          // KServe's V1 clients read this member.
          ...(format === 'v1' && { error: error.detail }),
        },
      };
  }
}

/** RFC 6750 section 3; the reference app's clients compare the bare scheme. */
function challenge(error: ApiError, format: ErrorFormat): Record<string, string> {
  if (error.status !== 401) return {};
  // RFC 6749 section 5.2: the scheme with which the client may authenticate.
  if (error.code === 'invalid_client') return { 'WWW-Authenticate': 'Basic realm="modelgate"' };
  const bare = format === 'reference' || format === 'token' || error.code !== 'invalid_token';
  return { 'WWW-Authenticate': bare ? 'Bearer' : 'Bearer error="invalid_token"' };
}
