import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { Caller } from '../../common/actor.js';
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
  private readonly callers = new LRUCache<string, Caller>({ max: LIMIT });
  private version = -1;

  constructor(
    private readonly verifier: TokenVerifier,
    private readonly feed: AccessFeed,
  ) {}

  /**
   * The caller of a token; a promise only for a token that is not remembered.
   * @throws ApiError as {@link TokenVerifier.verify}
   */
  callerOf(token: string): Caller | Promise<Caller> {
    this.refresh();
    const caller = this.callers.get(token);
    return caller && caller.expiresAt * 1000 > Date.now() ? caller : this.verify(token);
  }

  private async verify(token: string): Promise<Caller> {
    const { version } = this;
    const caller = await this.verifier.verify(token);
    // If anything changed during the verification, its result may be outdated.
    if (this.refresh() === version) this.callers.set(token, caller);
    return caller;
  }

  private refresh(): number {
    const version = this.feed.version();
    if (version !== this.version) {
      this.callers.clear();
      this.version = version;
    }
    return version;
  }
}
