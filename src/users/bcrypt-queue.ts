import { ApiError } from '../common/errors.js';

/** Pieces of work that wait at once; at a quarter of a second each, more would wait longer than callers do. */
const QUEUE_LIMIT = 64;
/** Of these for one owner, so that one address cannot take every place. */
const OWNER_LIMIT = 8;

type Task = () => Promise<void>;

/**
 * Runs bcrypt work one piece at a time, which leaves a core and three of libuv's four threads to predictions. Owners take
 * turns: however much one of them has waiting, the next piece of another comes after at most one of its own.
 */
export class BcryptQueue {
  /** In the order of their turns. An owner with nothing waiting is not in it. */
  private readonly waiting = new Map<string, Task[]>();
  private count = 0;
  private isRunning = false;

  /** @throws ApiError `overloaded` at once when too much waits, of all or of this owner */
  run<T>(owner: string, work: () => Promise<T>): Promise<T> {
    const own = this.waiting.get(owner) ?? [];
    if (this.count >= QUEUE_LIMIT || own.length >= OWNER_LIMIT)
      return Promise.reject(
        new ApiError('overloaded', 'too many logins at once; try again in a moment', {
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
      // Behind all others, where a Map's iteration comes to it again.
      this.waiting.delete(owner);
      if (tasks.length > 0) this.waiting.set(owner, tasks);
      this.count -= 1;
      await task();
    }
    this.isRunning = false;
  }
}
