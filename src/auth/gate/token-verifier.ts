import { Injectable } from '@nestjs/common';
import { ApiError } from '../../common/errors.js';
import type { Caller } from '../../common/actor.js';
import { authenticateWith } from './passport.js';

/** The parts of a request that the bearer strategies read. */
export interface BearerRequest {
  readonly token: string;
}

/**
 * Verifies bearer tokens: those of this server with passport-jwt's strategy `jwt`, those of an identity provider with
 * `oidc`.
 */
@Injectable()
export class TokenVerifier {
  /**
   * @throws ApiError `invalid_token`; `inactive_user` for a disabled user's token; `overloaded` if the identity
   *   provider's keys cannot be fetched
   */
  async verify(token: string): Promise<Caller> {
    const request: BearerRequest = { token };
    const { found, refusals } = await authenticateWith<Caller>(['jwt', 'oidc'], request);
    if (found) return found;
    // `overloaded` rather than `invalid_token`: the token may be valid, but cannot be verified now.
    const unavailable = refusals.find(
      (refusal) => refusal instanceof ApiError && refusal.code === 'overloaded',
    );
    throw (unavailable as ApiError | undefined) ?? new ApiError('invalid_token');
  }
}
