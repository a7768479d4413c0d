import { decodeJwt, decodeProtectedHeader } from 'jose';
import { ApiError } from '../../common/errors.js';

/** A token's header and claims before they are verified. */
export interface UnverifiedJwt {
  readonly header: { readonly alg: string; readonly kid?: string };
  readonly payload: Readonly<Record<string, unknown>>;
}

/**
 * Reads a token's header and claims, to choose the key that verifies it. Keys embedded in or referenced by the token
 * (`jwk`, `jku`, `x5u`) are ignored. A token with a `crit` header is rejected (RFC 7515 section 4.1.11).
 * @throws ApiError `invalid_token` if it is not a JWT with a signature
 */
export function unverifiedJwt(token: string): UnverifiedJwt {
  try {
    const { alg, kid, crit } = decodeProtectedHeader(token);
    // The client wrote the header, so its types are unknown.
    if (typeof alg === 'string' && crit === undefined && (kid === undefined || typeof kid === 'string'))
      return { header: { alg, kid }, payload: decodeJwt(token) };
  } catch {
    // Not a JWT; rejected below.
  }
  throw new ApiError('invalid_token');
}
