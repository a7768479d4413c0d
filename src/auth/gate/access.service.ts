import { Injectable } from '@nestjs/common';
import { ApiError } from '../../common/errors.js';
import type { Principal } from '../../common/principal.js';
import { AccessFeed } from '../../database/feeds.js';
import { IdentityProvider } from '../oidc/identity-provider.js';
import { Principals } from './principals.js';
import { covers, type Scope } from './scopes.js';
import { type TokenClaims, TokenService } from '../tokens/token.service.js';

/** Verified tokens that are remembered; a token is about 400 bytes. */
const CACHE_LIMIT = 10_000;

/**
 * Decides who asks and what they may do; knows no transport. A verified token is remembered until it expires or
 * until anything about users or tokens changes, in this process or another.
 */
@Injectable()
export class AccessService {
  private readonly cache = new Map<string, Principal>();
  private version = -1;

  constructor(
    private readonly tokens: TokenService,
    private readonly provider: IdentityProvider,
    private readonly principals: Principals,
    private readonly feed: AccessFeed,
  ) {}

  /** Verifies a token from the start, unless it is remembered. @throws ApiError `invalid_token`, `inactive_user` or `overloaded` */
  authenticate(token: string): Promise<Principal> {
    return this.resolve(token, async () =>
      this.provider.claimsToIssue(token)
        ? this.provider.authenticate(token)
        : this.principalOf(await this.tokens.verify(token)),
    );
  }

  /** The principal of a token that was verified before, if nothing has changed since. */
  remembered(token: string): Principal | undefined {
    this.refresh();
    const principal = this.cache.get(token);
    return principal && principal.expiresAt * 1000 > Date.now() ? principal : undefined;
  }

  /** The remembered principal of a token, or the one that `verify` finds. */
  async resolve(token: string, verify: () => Promise<Principal>): Promise<Principal> {
    const remembered = this.remembered(token);
    if (remembered) return remembered;
    const { version } = this;
    const principal = await verify();
    // What changed while the token was verified is not known to be in the principal.
    if (this.refresh() === version) this.remember(token, principal);
    return principal;
  }

  /** Who stands behind a verified token's claims. @throws ApiError `invalid_token` or `inactive_user` */
  principalOf(claims: TokenClaims): Promise<Principal> {
    return this.principals.of(claims);
  }

  /** @throws ApiError `insufficient_scope` */
  demand(principal: Principal, scope: Scope, model?: string): void {
    if (covers(principal.scopes, scope, model)) return;
    throw new ApiError('insufficient_scope', `this needs the scope ${scope}`, {
      headers: { 'WWW-Authenticate': `Bearer error="insufficient_scope", scope="${scope}"` },
    });
  }

  private refresh(): number {
    const version = this.feed.version();
    if (version !== this.version) {
      this.cache.clear();
      this.version = version;
    }
    return version;
  }

  private remember(token: string, principal: Principal): void {
    if (this.cache.size >= CACHE_LIMIT) this.cache.delete(this.cache.keys().next().value!);
    this.cache.set(token, principal);
  }
}
