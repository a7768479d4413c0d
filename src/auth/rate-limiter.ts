import { Inject, Injectable } from '@nestjs/common';
import { ApiError } from '../common/errors.js';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.module.js';
import type { LimitKind } from './rate-limit.js';
import { RateLimitStorage } from './rate-limit.storage.js';

const MINUTE = 60_000;

/** Counts calls against their limits; knows no transport. */
@Injectable()
export class RateLimiter {
  private readonly limits: Readonly<Record<LimitKind, number>>;

  constructor(
    private readonly storage: RateLimitStorage,
    @Inject(CONFIG) config: Config,
  ) {
    this.limits = { login: config.loginRateLimit, prediction: config.rateLimit };
  }

  /**
   * @param tracker whose calls are counted
   * @returns the `RateLimit-*` headers of the answer, none where the limit is off
   * @throws ApiError `rate_limited` with `Retry-After`
   */
  async hit(kind: LimitKind, tracker: string): Promise<Record<string, string> | undefined> {
    const limit = this.limits[kind];
    if (limit === 0) return undefined;
    const { totalHits, timeToExpire, isBlocked } = await this.storage.increment(
      `${kind}:${tracker}`,
      MINUTE,
      limit,
    );
    const headers = {
      'RateLimit-Limit': String(limit),
      'RateLimit-Remaining': String(Math.max(0, limit - totalHits)),
      'RateLimit-Reset': String(timeToExpire),
    };
    if (!isBlocked) return headers;
    throw new ApiError(
      'rate_limited',
      `the limit of ${limit} a minute is reached; try again in ${timeToExpire} s`,
      {
        headers: { ...headers, 'Retry-After': String(timeToExpire) },
      },
    );
  }
}
