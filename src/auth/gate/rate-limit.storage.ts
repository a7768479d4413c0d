import { Inject, Injectable } from '@nestjs/common';
import type { ThrottlerStorage } from '@nestjs/throttler';
import { type Allowance, ALLOWANCE } from '../../limits/allowance.js';

type Hit = Awaited<ReturnType<ThrottlerStorage['increment']>>;

/**
 * Throttler's storage on the counts that all processes share. Its own keeps a timer a hit, which costs more than the
 * prediction that it guards.
 */
@Injectable()
export class RateLimitStorage implements ThrottlerStorage {
  constructor(@Inject(ALLOWANCE) private readonly allowance: Allowance) {}

  /** Counts in minutes, whatever the given window. Times in the answer are whole seconds, rounded up. */
  async increment(key: string, _ttl: number, limit: number): Promise<Hit> {
    const { levels, refused } = await this.allowance.take([{ key, period: 'minute', limit, amount: 1 }]);
    const [{ left, endsAt }] = levels;
    const seconds = Math.ceil((endsAt - Date.now()) / 1000);
    const isBlocked = refused !== undefined;
    return {
      totalHits: isBlocked ? limit + 1 : limit - left,
      timeToExpire: seconds,
      isBlocked,
      timeToBlockExpire: isBlocked ? seconds : 0,
    };
  }
}
