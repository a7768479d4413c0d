import { Inject, Injectable } from '@nestjs/common';
import { ApiError } from '../../common/errors.js';
import type { Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.module.js';
import { type Allowance, ALLOWANCE, type Verdict } from '../../limits/allowance.js';
import type { LimitKind } from './rate-limit.js';

type Headers = Record<string, string>;

/** Counts calls against their limits; knows no transport. */
@Injectable()
export class RateLimiter {
  private readonly limits: Readonly<Record<LimitKind, number>>;

  constructor(
    @Inject(ALLOWANCE) private readonly allowance: Allowance,
    @Inject(CONFIG) config: Config,
  ) {
    this.limits = { login: config.loginRateLimit, prediction: config.rateLimit };
  }

  /**
   * @param tracker whose calls are counted
   * @returns the `RateLimit-*` headers of the answer, none where the limit is off; a promise only where another process
   *   has to be asked
   * @throws ApiError `rate_limited` with `Retry-After`
   */
  hit(kind: LimitKind, tracker: string): Headers | undefined | Promise<Headers> {
    const limit = this.limits[kind];
    if (limit === 0) return undefined;
    const verdict = this.allowance.take([{ key: `${kind}:${tracker}`, period: 'minute', limit, amount: 1 }]);
    return verdict instanceof Promise
      ? verdict.then((settled) => headersOf(limit, settled))
      : headersOf(limit, verdict);
  }
}

function headersOf(limit: number, { levels: [{ left, endsAt }], refused }: Verdict): Headers {
  const seconds = Math.ceil((endsAt - Date.now()) / 1000);
  const headers = {
    'RateLimit-Limit': String(limit),
    'RateLimit-Remaining': String(left),
    'RateLimit-Reset': String(seconds),
  };
  if (refused === undefined) return headers;
  throw new ApiError('rate_limited', `the limit of ${limit} a minute is reached; try again in ${seconds} s`, {
    headers: { ...headers, 'Retry-After': String(seconds) },
  });
}
