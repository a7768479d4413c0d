import { Inject, Injectable } from '@nestjs/common';
import { ThrottlerStorage } from '@nestjs/throttler';
import { ApiError } from '../../common/errors.js';
import type { Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.module.js';
import type { RouteLimit } from './auth.decorator.js';

export type LimitHeaders = Readonly<Record<string, string>>;

type Hit = Awaited<ReturnType<ThrottlerStorage['increment']>>;

const MINUTE_MS = 60_000;

/** Counts requests against limits per minute, in a storage of `@nestjs/throttler`. Independent of the transport. */
@Injectable()
export class RateLimiter {
  private readonly limits: Readonly<Record<RouteLimit, number>>;

  constructor(
    @Inject(ThrottlerStorage) private readonly storage: ThrottlerStorage,
    @Inject(CONFIG) config: Config,
  ) {
    this.limits = { login: config.loginRateLimit, prediction: config.rateLimit };
  }

  /**
   * @param tracker the key that requests are counted under
   * @returns the `RateLimit-*` headers of the answer, or undefined if the limit is off
   * @throws ApiError `rate_limited` with `Retry-After`
   */
  hit(kind: RouteLimit, tracker: string): undefined | Promise<LimitHeaders> {
    const limit = this.limits[kind];
    if (limit === 0) return undefined;
    const hit = this.storage.increment(`${kind}:${tracker}`, MINUTE_MS, limit, 0, kind);
    return hit.then((settled) => headersOf(limit, settled));
  }
}

function headersOf(limit: number, { totalHits, timeToExpire, isBlocked }: Hit): LimitHeaders {
  const seconds = String(timeToExpire);
  const headers = {
    'RateLimit-Limit': String(limit),
    'RateLimit-Remaining': String(Math.max(0, limit - totalHits)),
    'RateLimit-Reset': seconds,
  };
  if (!isBlocked) return headers;
  throw new ApiError(
    'rate_limited',
    `the limit of ${limit} per minute is reached; try again in ${seconds} s`,
    {
      headers: { ...headers, 'Retry-After': seconds },
    },
  );
}
