import { Injectable } from '@nestjs/common';
import { ApiError } from '../../common/errors.js';
import type { Principal } from '../../common/principal.js';
import { authenticateWith } from './passport.js';

/** What the bearer strategies read of a request. */
export interface BearerRequest {
  readonly token: string;
}

/** The only way to verify a bearer token: our own with passport-jwt's strategy `jwt`, an identity provider's with `oidc`. */
@Injectable()
export class TokenVerifier {
  /**
   * @throws ApiError `invalid_token`; `inactive_user` for a disabled user's token; `overloaded` if the identity
   *   provider's keys cannot be fetched
   */
  async verify(token: string): Promise<Principal> {
    const request: BearerRequest = { token };
    const { found, refusals } = await authenticateWith<Principal>(['jwt', 'oidc'], request);
    if (found) return found;
    // A token that cannot be verified just now may still be valid.
    const unavailable = refusals.find(
      (refusal) => refusal instanceof ApiError && refusal.code === 'overloaded',
    );
    throw (unavailable as ApiError | undefined) ?? new ApiError('invalid_token');
  }
}
