import { z } from 'zod';
import { faultsOrText } from '../../common/error-bodies.js';
import { type ErrorFormat, JSON_UTF8 } from '../../common/error-format.js';
import type { ErrorCode } from '../../common/errors.js';

/** The names of RFC 6749 section 5.2; any other error is an `invalid_request`. */
const OAUTH_ERRORS: Partial<Record<ErrorCode, string>> = {
  invalid_credentials: 'invalid_grant',
  invalid_grant: 'invalid_grant',
  invalid_client: 'invalid_client',
  inactive_user: 'invalid_grant',
  unsupported_grant_type: 'unsupported_grant_type',
  invalid_scope: 'invalid_scope',
  not_authenticated: 'invalid_client',
  rate_limited: 'temporarily_unavailable',
  overloaded: 'temporarily_unavailable',
  database_unavailable: 'temporarily_unavailable',
  storage_unavailable: 'temporarily_unavailable',
  audit_unavailable: 'temporarily_unavailable',
  internal: 'server_error',
};

/** RFC 6749 section 5.1: no answer that may hold a token is kept by a cache. */
export const NOT_STORED = { 'cache-control': 'no-store', pragma: 'no-cache' } as const;

/** The form of RFC 6749 section 5.2, with the `detail` that clients of the reference app read. */
export const OAUTH_FORMAT: ErrorFormat = {
  contentType: JSON_UTF8,
  schema: z
    .object({
      detail: faultsOrText,
      error: z.string().describe('An error code of RFC 6749, section 5.2'),
      error_description: z.string(),
    })
    .meta({ id: 'TokenError' }),
  bareChallenge: true,
  headers: NOT_STORED,
  body: ({ code, detail, faults }) => ({
    detail: faults ?? detail,
    error: OAUTH_ERRORS[code] ?? 'invalid_request',
    error_description: detail,
  }),
};
