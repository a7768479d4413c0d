import { Injectable } from '@nestjs/common';
import { ApiError } from '../../common/errors.js';
import type { Caller } from '../../common/actor.js';
import { UsersService } from '../../users/users.service.js';
import { remainingScopes, scopesOf } from '../gate/scopes.js';
import { TokenVerifier } from '../gate/token-verifier.js';
import { SessionsService } from '../sessions/sessions.service.js';
import type { Introspection } from './token.schema.js';
import { TokenService } from './token.service.js';
import { unverifiedJwt } from './unverified-jwt.js';

const INACTIVE: Introspection = { active: false };

/** What a token is worth now (RFC 7662): revoked, disabled and expired ones are inactive at once. */
@Injectable()
export class IntrospectionService {
  constructor(
    private readonly users: UsersService,
    private readonly sessions: SessionsService,
    private readonly verifier: TokenVerifier,
    private readonly tokens: TokenService,
  ) {}

  /** @param token an access or refresh token of this server; any other text is inactive */
  async introspect(token: string): Promise<Introspection> {
    return (await this.refreshToken(token)) ?? (await this.accessToken(token)) ?? INACTIVE;
  }

  private async refreshToken(token: string): Promise<Introspection | undefined> {
    const presented = await this.sessions.presented(token);
    if (!presented?.isCurrent) return undefined;
    const { userId, generation, scope, clientId, createdAt, expiresAt } = presented.session;
    const user = await this.users.findById(userId);
    if (!user || user.disabled || user.generation !== generation) return undefined;
    return {
      active: true,
      scope: remainingScopes(scopesOf(user.grants), scope).join(' '),
      ...(clientId !== null && { client_id: clientId }),
      username: user.username,
      sub: user.username,
      iss: this.tokens.issuer,
      iat: seconds(createdAt),
      exp: seconds(expiresAt),
    };
  }

  private async accessToken(token: string): Promise<Introspection | undefined> {
    const caller = await this.callerOf(token);
    if (!caller || caller.kind === 'external') return undefined;
    const {
      sub,
      aud,
      iss,
      iat,
      client_id: clientId,
    } = unverifiedJwt(token).payload as Record<string, string>;
    return {
      active: true,
      scope: caller.scopes.join(' '),
      client_id: clientId,
      username: caller.name,
      token_type: 'Bearer',
      exp: Math.floor(caller.expiresAt),
      iat: Number(iat),
      sub,
      aud,
      iss,
      jti: caller.tokenId,
    };
  }

  private async callerOf(token: string): Promise<Caller | undefined> {
    try {
      return await this.verifier.verify(token);
    } catch (error) {
      if (error instanceof ApiError && (error.code === 'invalid_token' || error.code === 'inactive_user'))
        return undefined;
      throw error;
    }
  }
}

const seconds = (time: string): number => Math.floor(Date.parse(time) / 1000);
