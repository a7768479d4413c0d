import { Injectable } from '@nestjs/common';
import { ApiError } from '../../common/errors.js';
import type { Principal } from '../../common/principal.js';
import { UsersService } from '../../users/users.service.js';
import { RevokedTokens } from '../service-accounts/revoked-tokens.js';
import { serviceName } from '../service-accounts/service-name.js';
import { SessionsService } from '../sessions/sessions.service.js';
import { type TokenClaims, TokenService } from './token.service.js';

/** Whose token was revoked. */
export type TokenOwner = Pick<Principal, 'username' | 'clientId'>;

/**
 * Revokes tokens (RFC 7009). Whoever holds a token may do so; no other proof is asked for, since all that it does is to
 * take away what the token gives.
 */
@Injectable()
export class RevocationService {
  constructor(
    private readonly users: UsersService,
    private readonly sessions: SessionsService,
    private readonly revoked: RevokedTokens,
    private readonly tokens: TokenService,
  ) {}

  /**
   * A refresh token, an old one too, or an access token ends its session; one that has no session is refused from the
   * next call on. Nothing happens to a text that is no token of ours, or one that is over.
   */
  async revoke(token: string): Promise<TokenOwner | undefined> {
    const presented = await this.sessions.presented(token);
    if (presented) {
      const { id, userId, clientId } = presented.session;
      await this.sessions.end(id);
      const user = await this.users.findById(userId);
      return user ? { username: user.username, clientId: clientId ?? undefined } : undefined;
    }
    const claims = await this.claimsOf(token);
    return claims && this.revokeAccessToken(claims);
  }

  private async revokeAccessToken(claims: TokenClaims): Promise<TokenOwner> {
    if (claims.kind === 'user') {
      await this.sessions.end(claims.sid);
      return { username: claims.sub, clientId: claims.client_id };
    }
    await this.revoked.add(claims.jti, claims.sub, claims.exp);
    return { username: serviceName(claims.client_id), clientId: claims.client_id };
  }

  /** The claims of a token of a known kind that this server signed and that has not expired. */
  private async claimsOf(token: string): Promise<TokenClaims | undefined> {
    try {
      const claims = await this.tokens.verify(token);
      return ['user', 'service'].includes(claims.kind) ? claims : undefined;
    } catch (error) {
      if (error instanceof ApiError && error.code === 'invalid_token') return undefined;
      throw error;
    }
  }
}
