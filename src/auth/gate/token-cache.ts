import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { Principal } from '../../common/principal.js';
import { AccessFeed } from '../../database/feeds.js';
import { TokenVerifier } from './token-verifier.js';

/** Tokens remembered; each takes about 1 KiB. The least recently used go first, so new tokens do not displace busy ones. */
const LIMIT = 10_000;

/**
 * Remembers verified tokens until they expire, or until anything about users, sessions or tokens changes in any process
 * ({@link AccessFeed}).
 */
@Injectable()
export class TokenCache {
  private readonly principals = new LRUCache<string, Principal>({ max: LIMIT });
  private version = -1;

  constructor(
    private readonly verifier: TokenVerifier,
    private readonly feed: AccessFeed,
  ) {}

  /**
   * The principal of a token; a promise only for a token that is not remembered.
   * @throws ApiError as {@link TokenVerifier.verify}
   */
  principalOf(token: string): Principal | Promise<Principal> {
    this.refresh();
    const principal = this.principals.get(token);
    return principal && principal.expiresAt * 1000 > Date.now() ? principal : this.verify(token);
  }

  private async verify(token: string): Promise<Principal> {
    const { version } = this;
    const principal = await this.verifier.verify(token);
    // If anything changed during the verification, its result may be outdated.
    if (this.refresh() === version) this.principals.set(token, principal);
    return principal;
  }

  private refresh(): number {
    const version = this.feed.version();
    if (version !== this.version) {
      this.principals.clear();
      this.version = version;
    }
    return version;
  }
}
