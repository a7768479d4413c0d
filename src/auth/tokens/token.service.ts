import { type KeyObject, randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { JwtService, type JwtVerifyOptions } from '@nestjs/jwt';
import { ApiError } from '../../common/errors.js';
import type { Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.module.js';
import { unverifiedJwt } from './unverified-jwt.js';
import { KeyRing } from '../keys/key-ring.js';
import { ALGORITHMS } from '../keys/signing-key.js';
import type { TokenAnswer } from './token.schema.js';

/** The token's owner. A user and a service account may have the same name, so `kind` says which of them `sub` is. */
export type TokenSubject = {
  /** The owner's generation ({@link User.generation}) when the token was issued. */
  readonly gen: number;
} & (
  | {
      readonly kind: 'user';
      /** The user's name. */
      readonly sub: string;
      /** The session's id. */
      readonly sid: string;
      readonly client_id: string;
    }
  | {
      readonly kind: 'service';
      /** The service account's id. */
      readonly sub: string;
      readonly client_id: string;
    }
);

/** The client of a login that named none: RFC 9068 section 2.2 requires the claim `client_id`. */
export const UNNAMED_CLIENT = 'unnamed';

/** The type of access tokens, in their header (RFC 9068 section 2.1). */
const ACCESS_TOKEN = 'at+jwt';

/** The claims of RFC 9068. Times are epoch seconds. */
export type TokenClaims = TokenSubject & {
  readonly iss: string;
  readonly aud: string;
  readonly iat: number;
  readonly exp: number;
  readonly jti: string;
  readonly scope: string;
};

@Injectable()
export class TokenService {
  /** Further requirements on tokens of this server. {@link keyOf} checks the key, its algorithm and the audience. */
  readonly verifyOptions: Pick<JwtVerifyOptions, 'algorithms' | 'issuer'>;

  constructor(
    private readonly jwt: JwtService,
    private readonly keys: KeyRing,
    @Inject(CONFIG) private readonly config: Config,
  ) {
    this.verifyOptions = { algorithms: [...ALGORITHMS], issuer: config.jwtIssuer };
  }

  get issuer(): string {
    return this.config.jwtIssuer;
  }

  /**
   * @param scope what was granted, as an OAuth2 scope string
   * @param limit longest lifetime in seconds, if that is less than the usual one
   * @returns the answer, and the token's `jti`
   */
  issue(
    subject: TokenSubject,
    scope: string,
    limit = Infinity,
  ): { readonly tokenId: string; readonly answer: TokenAnswer } {
    const tokenId = randomUUID();
    const seconds = Math.max(1, Math.min(this.config.tokenSeconds, limit));
    const answer: TokenAnswer = {
      access_token: this.sign({ ...subject, jti: tokenId, scope }, seconds),
      token_type: 'bearer',
      expires_in: seconds,
      scope,
    };
    return { tokenId, answer };
  }

  /**
   * The key that a token must be verified with. The token's header is not trusted: it can only name one of this
   * server's keys. A token with another algorithm than the key's, or for another audience, is rejected.
   * @throws ApiError `invalid_token`
   */
  keyOf(token: string): KeyObject {
    const { header, payload } = unverifiedJwt(token);
    const key = this.keys.find(header.kid);
    if (!key || key.algorithm !== header.alg) throw new ApiError('invalid_token');
    if (![payload.aud].flat().includes(this.config.jwtAudience)) throw new ApiError('invalid_token');
    return key.verificationKey;
  }

  private sign(claims: object, seconds: number): string {
    const { kid, algorithm, key } = this.keys.active();
    return this.jwt.sign(claims, {
      privateKey: key,
      algorithm,
      header: { alg: algorithm, typ: ACCESS_TOKEN, kid },
      issuer: this.config.jwtIssuer,
      audience: this.config.jwtAudience,
      expiresIn: seconds,
    });
  }
}
