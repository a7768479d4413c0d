import { Injectable } from '@nestjs/common';
import type { ThrottlerStorage } from '@nestjs/throttler';

interface Window {
  hits: number;
  readonly endsAt: number;
}

type Hit = Awaited<ReturnType<ThrottlerStorage['increment']>>;

/** Windows kept at once: a caller who invents names or addresses must not fill the memory. */
const WINDOWS_LIMIT = 100_000;

/**
 * Fixed windows in memory. Throttler's own storage keeps a timer a hit, which costs more than the prediction that it
 * guards; this one keeps a number a key.
 */
@Injectable()
export class RateLimitStorage implements ThrottlerStorage {
  private readonly windows = new Map<string, Window>();

  /** @param ttl the window in milliseconds. Times in the answer are whole seconds, rounded up. */
  increment(key: string, ttl: number, limit: number): Promise<Hit> {
    const now = Date.now();
    let window = this.windows.get(key);
    if (!window || window.endsAt <= now) {
      window = { hits: 0, endsAt: now + ttl };
      this.makeRoom(now);
      this.windows.delete(key);
      this.windows.set(key, window);
    }
    window.hits += 1;
    const isBlocked = window.hits > limit;
    const seconds = Math.ceil((window.endsAt - now) / 1000);
    return Promise.resolve({
      totalHits: window.hits,
      timeToExpire: seconds,
      isBlocked,
      timeToBlockExpire: isBlocked ? seconds : 0,
    });
  }

  /** Windows stand in the order in which they began, so those that ended come first. */
  private makeRoom(now: number): void {
    for (const [key, window] of this.windows) {
      if (window.endsAt > now && this.windows.size < WINDOWS_LIMIT) return;
      this.windows.delete(key);
    }
  }
}
