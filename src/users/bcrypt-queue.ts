import { ApiError } from '../common/errors.js';

/**
 * Maximum pieces of waiting work. Each takes about 250 ms, so further callers would time out while they wait.
 */
const QUEUE_LIMIT = 64;
/** Maximum per owner, so that one address cannot take all places. */
const OWNER_LIMIT = 8;

type Task = () => Promise<void>;

/**
 * Runs bcrypt work one piece at a time, which leaves a core and three of libuv's four threads to predictions.
 * Owners take turns: after each piece of one owner, the next owner's piece runs.
 */
export class BcryptQueue {
  /** Owners with waiting work, in the order of their turns. */
  private readonly waiting = new Map<string, Task[]>();
  private count = 0;
  private isRunning = false;

  /** @throws ApiError `overloaded` at once if too much work is waiting, in total or for this owner */
  run<T>(owner: string, work: () => Promise<T>): Promise<T> {
    const own = this.waiting.get(owner) ?? [];
    if (this.count >= QUEUE_LIMIT || own.length >= OWNER_LIMIT)
      return Promise.reject(
        new ApiError('overloaded', 'too many logins at the same time; try again in a moment', {
          headers: { 'Retry-After': '1' },
        }),
      );
    this.count += 1;
    this.waiting.set(owner, own);
    return new Promise<T>((resolve, reject) => {
      own.push(() => work().then(resolve, reject));
      void this.drain();
    });
  }

  private async drain(): Promise<void> {
    if (this.isRunning) return;
    this.isRunning = true;
    for (const [owner, tasks] of this.waiting) {
      const task = tasks.shift()!;
      // Moves the owner to the end of the Map's iteration order.
      this.waiting.delete(owner);
      if (tasks.length > 0) this.waiting.set(owner, tasks);
      this.count -= 1;
      await task();
    }
    this.isRunning = false;
  }
}
