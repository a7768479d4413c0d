import { createHash, type KeyObject } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { JwtVerifyOptions } from '@nestjs/jwt';
import type { Logger } from 'pino';
import { ApiError, StartError } from '../../common/errors.js';
import { LOGGER } from '../../common/logger.module.js';
import type { Caller } from '../../common/actor.js';
import type { Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.module.js';
import type { IdentityProviderConfig } from '../../config/identity-provider.js';
import { unverifiedJwt } from '../tokens/unverified-jwt.js';
import { KNOWN_GRANTS, unknownGrants } from '../gate/scopes.js';
import { claimAt, mappedScopes } from './claim-mapping.js';
import { KEYS_MAX_AGE_MS, RemoteKeySet } from './remote-key-set.js';

/** Asymmetric algorithms only: the provider and this server share no secret. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512'] as const;
type Algorithm = (typeof ALGORITHMS)[number];

/** Accepted difference of the two clocks, in seconds. */
const CLOCK_TOLERANCE = 30;
/** Longest `sub` (OpenID Connect Core section 2) and longest name, in characters. */
const NAME = /^[^\p{C}]{1,255}$/u;

type Claims = Readonly<Record<string, unknown>>;

/** Verifies access tokens of the organisation's identity provider, if one is configured. */
@Injectable()
export class IdentityProvider {
  readonly verifyOptions: Pick<JwtVerifyOptions, 'algorithms' | 'issuer' | 'audience' | 'clockTolerance'>;
  private readonly provider?: IdentityProviderConfig;
  private readonly keys?: RemoteKeySet;

  constructor(@Inject(CONFIG) { identityProvider: provider }: Config, @Inject(LOGGER) logger: Logger) {
    this.verifyOptions = {
      algorithms: [...ALGORITHMS],
      issuer: provider?.issuer,
      audience: provider?.audience,
      clockTolerance: CLOCK_TOLERANCE,
    };
    if (!provider) return;
    refuseUnknownGrants(provider);
    this.provider = provider;
    this.keys = new RemoteKeySet(provider, (error) =>
      logger.warn({ issuer: provider.issuer, err: error }, "could not fetch the identity provider's keys"),
    );
  }

  private claimsToIssue(token: string): boolean {
    return this.provider !== undefined && unverifiedJwt(token).payload.iss === this.provider.issuer;
  }

  /**
   * The key that a token must be verified with, of those that the provider publishes and no other.
   * @throws ApiError `invalid_token`, or `overloaded` if the provider's keys cannot be fetched
   */
  async keyOf(token: string): Promise<KeyObject> {
    if (!this.keys || !this.claimsToIssue(token)) throw new ApiError('invalid_token');
    const { alg, kid } = unverifiedJwt(token).header;
    if (!ALGORITHMS.includes(alg as Algorithm)) throw new ApiError('invalid_token');
    const key = await this.keys.find({ alg, kid });
    if (!key) throw new ApiError('invalid_token');
    return key;
  }

  /**
   * The caller that verified claims describe. Only the provider decides who may log in; the users table is not read.
   */
  callerOf(claims: Claims): Caller {
    const { sub, exp, jti, client_id: clientId } = claims;
    const { issuer, usernameClaim } = this.provider!;
    if (typeof exp !== 'number' || !isName(sub)) throw new ApiError('invalid_token');
    const name = claimAt(claims, usernameClaim);
    return {
      kind: 'external',
      // An issuer has no fragment (OpenID Connect Discovery section 3), so the id is unambiguous.
      id: `${issuer}#${sub}`,
      name: isName(name) ? name : sub,
      fullName: isName(claims.name) ? claims.name : '',
      email: isName(claims.email) ? claims.email : '',
      clientId: isName(clientId) ? clientId : undefined,
      tokenId: isName(jti) ? jti : digestOf(claims),
      // A remembered token is trusted no longer than the key that verified it.
      expiresAt: Math.min(exp, Math.floor((Date.now() + KEYS_MAX_AGE_MS) / 1000)),
      scopes: mappedScopes(claims, this.provider!),
    };
  }
}

const isName = (value: unknown): value is string => typeof value === 'string' && NAME.test(value);

/** Names a token that has no `jti`. */
const digestOf = (claims: Claims): string =>
  createHash('sha256').update(JSON.stringify(claims)).digest('base64url').slice(0, 22);

function refuseUnknownGrants({ scopeMap }: IdentityProviderConfig): void {
  const unknown = unknownGrants([...scopeMap.values()].join(' '));
  if (unknown.length > 0)
    throw new StartError(
      `MODELGATE_OIDC_SCOPE_MAP contains unknown roles or scopes: ${unknown.join(', ')}; ${KNOWN_GRANTS}`,
    );
}
