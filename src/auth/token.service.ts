import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import { ApiError } from '../common/errors.js';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.module.js';
import type { User } from '../users/user.entity.js';
import { allowedScopes, scopesOf } from './scopes.js';

/** RFC 7519 claims, RFC 9068 `scope` and `client_id`. Times are epoch seconds. */
export interface TokenClaims {
  readonly sub: string;
  readonly iss: string;
  readonly iat: number;
  readonly exp: number;
  readonly jti: string;
  readonly scope: string;
  readonly client_id?: string;
  /** The user's {@link User.generation} when the token was issued. */
  readonly gen: number;
}

/** RFC 6749 section 5.1. */
export interface TokenAnswer {
  readonly access_token: string;
  readonly token_type: 'bearer';
  readonly expires_in: number;
  readonly scope: string;
}

@Injectable()
export class TokenService {
  constructor(
    private readonly jwt: JwtService,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * @param requested an OAuth2 scope string; empty asks for all that the user may have
   * @throws ApiError `invalid_scope` when nothing of it is allowed
   */
  issue(user: User, requested: string, clientId?: string): TokenAnswer {
    const scopes = allowedScopes(scopesOf(user.grants), requested);
    if (scopes.length === 0 && requested.trim() !== '')
      throw new ApiError('invalid_scope', 'the user may have none of the scopes asked for');
    const scope = scopes.join(' ');
    const claims = {
      sub: user.username,
      gen: user.generation,
      jti: randomUUID(),
      scope,
      ...(clientId && { client_id: clientId }),
    };
    return {
      access_token: this.jwt.sign(claims),
      token_type: 'bearer',
      expires_in: this.config.tokenSeconds,
      scope,
    };
  }

  /** @throws ApiError `invalid_token` */
  async verify(token: string): Promise<TokenClaims> {
    try {
      return await this.jwt.verifyAsync<TokenClaims & object>(token);
    } catch {
      throw new ApiError('invalid_token');
    }
  }
}
