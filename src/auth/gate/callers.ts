import { Injectable } from '@nestjs/common';
import { ApiError } from '../../common/errors.js';
import type { Caller } from '../../common/actor.js';
import { UsersService } from '../../users/users.service.js';
import { remainingScopes, scopesOf } from './scopes.js';
import { RevokedTokens } from '../service-accounts/revoked-tokens.js';
import { ServiceAccountsService } from '../service-accounts/service-accounts.service.js';
import { SessionsService } from '../sessions/sessions.service.js';
import type { TokenClaims } from '../tokens/token.service.js';

/** Looks up the user or service account of a verified token in the database. */
@Injectable()
export class Callers {
  constructor(
    private readonly users: UsersService,
    private readonly sessions: SessionsService,
    private readonly accounts: ServiceAccountsService,
    private readonly revoked: RevokedTokens,
  ) {}

  /** @throws ApiError `invalid_token`, or `inactive_user` for a user who is disabled */
  async of(claims: TokenClaims): Promise<Caller> {
    // Other holders of a shared key may sign tokens with other claims. A token without an expiry is refused.
    const hasShape =
      typeof claims.exp === 'number' &&
      [claims.sub, claims.scope, claims.jti].every((claim) => typeof claim === 'string');
    if (hasShape && claims.kind === 'user') return this.user(claims);
    if (hasShape && claims.kind === 'service') return this.serviceAccount(claims);
    throw new ApiError('invalid_token');
  }

  private async user(claims: Extract<TokenClaims, { kind: 'user' }>): Promise<Caller> {
    const user = await this.users.find(claims.sub);
    if (user?.disabled) throw new ApiError('inactive_user');
    const session =
      user && claims.gen === user.generation && typeof claims.sid === 'string'
        ? await this.sessions.find(claims.sid, user)
        : null;
    if (!user || !session) throw new ApiError('invalid_token');
    return {
      kind: 'user',
      id: user.id,
      name: user.username,
      fullName: user.fullName,
      email: user.email,
      clientId: session.clientId ?? undefined,
      tokenId: claims.jti,
      sessionId: session.id,
      expiresAt: Math.min(claims.exp, Date.parse(session.expiresAt) / 1000),
      // The token's scopes that its owner still has.
      scopes: remainingScopes(scopesOf(user.grants), claims.scope),
    };
  }

  private async serviceAccount(claims: Extract<TokenClaims, { kind: 'service' }>): Promise<Caller> {
    const account = await this.accounts.findById(claims.sub);
    if (!account || account.disabled || claims.gen !== account.generation)
      throw new ApiError('invalid_token');
    if (await this.revoked.has(claims.jti)) throw new ApiError('invalid_token');
    return {
      kind: 'service',
      id: account.id,
      name: account.clientId,
      fullName: account.description,
      email: '',
      clientId: account.clientId,
      tokenId: claims.jti,
      expiresAt: claims.exp,
      scopes: remainingScopes(scopesOf(account.grants), claims.scope),
    };
  }
}
