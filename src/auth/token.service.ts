import { type KeyObject, randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { JwtService, type JwtVerifyOptions } from '@nestjs/jwt';
import { ApiError } from '../common/errors.js';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.module.js';
import type { User } from '../users/user.entity.js';
import { KeyRing } from './keys/key-ring.js';
import { ALGORITHMS } from './keys/signing-key.js';
import { decodeJwt } from './decode-jwt.js';
import { allowedScopes, scopesOf } from './scopes.js';

/** RFC 7519 claims, RFC 9068 `scope` and `client_id`. Times are epoch seconds. */
export interface TokenClaims {
  readonly sub: string;
  readonly iss: string;
  readonly aud: string;
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
  /** What is demanded of our tokens, beside the right key, its one algorithm and our audience: see {@link keyOf}. */
  readonly verifyOptions: Pick<JwtVerifyOptions, 'algorithms' | 'issuer'>;

  constructor(
    private readonly jwt: JwtService,
    private readonly keys: KeyRing,
    @Inject(CONFIG) private readonly config: Config,
  ) {
    this.verifyOptions = { algorithms: [...ALGORITHMS], issuer: config.jwtIssuer };
  }

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
      access_token: this.sign(claims),
      token_type: 'bearer',
      expires_in: this.config.tokenSeconds,
      scope,
    };
  }

  /** @throws ApiError `invalid_token` */
  async verify(token: string): Promise<TokenClaims> {
    const publicKey = this.keyOf(token) as unknown as Buffer;
    try {
      return await this.jwt.verifyAsync<TokenClaims & object>(token, { ...this.verifyOptions, publicKey });
    } catch {
      throw new ApiError('invalid_token');
    }
  }

  /**
   * The key that a token must be verified with. What a token says of itself is not to be trusted yet: it may only name
   * one of our keys, and is refused where it asks for another algorithm than that key's, or is meant for another audience.
   * @throws ApiError `invalid_token`
   */
  keyOf(token: string): KeyObject {
    const { header, payload } = decodeJwt(this.jwt, token);
    const key = this.keys.find(header.kid);
    if (!key || key.algorithm !== header.alg) throw new ApiError('invalid_token');
    // Tokens had no audience as long as keys had no names.
    const isForUs =
      payload.aud === undefined
        ? header.kid === undefined
        : [payload.aud].flat().includes(this.config.jwtAudience);
    if (!isForUs) throw new ApiError('invalid_token');
    return key.verificationKey;
  }

  private sign(claims: object): string {
    const { kid, algorithm, key } = this.keys.active();
    return this.jwt.sign(claims, {
      privateKey: key,
      algorithm,
      keyid: kid,
      issuer: this.config.jwtIssuer,
      audience: this.config.jwtAudience,
      expiresIn: this.config.tokenSeconds,
    });
  }
}
