import { Inject, Injectable } from '@nestjs/common';
import type { ThrottlerStorage } from '@nestjs/throttler';
import { type Allowance, ALLOWANCE } from '../../limits/allowance.js';
import { at } from '../../common/lists.js';

type Hit = Awaited<ReturnType<ThrottlerStorage['increment']>>;

const MINUTE_MS = 60_000;

/**
 * Throttler's storage on the server's {@link Allowance}: in this process, or leased from the primary, so that a limit is
 * exact over all workers.
 */
@Injectable()
export class AllowanceStorage implements ThrottlerStorage {
  constructor(@Inject(ALLOWANCE) private readonly allowance: Allowance) {}

  /** Times of the result are whole seconds, rounded up. @param ttl must be a minute: no other window is counted */
  async increment(key: string, ttl: number, limit: number): Promise<Hit> {
    if (ttl !== MINUTE_MS) throw new RangeError(`rate limits are counted by the minute, not in ${ttl} ms`);
    const taken = this.allowance.take([{ key, period: 'minute', limit, amount: 1 }]);
    const { levels, refused } = taken instanceof Promise ? await taken : taken;
    const { left, endsAt } = at(levels, 0);
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
