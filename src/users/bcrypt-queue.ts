import { ApiError } from '../common/errors.js';

/**
 * Maximum pieces of waiting work in a lane. Each takes about 250 ms, so further callers would time out while they wait.
 */
const QUEUE_LIMIT = 64;
/** Maximum per owner, so that one address cannot take all places. */
const OWNER_LIMIT = 8;

type Task = () => Promise<void>;

/** `known`: users at an address from which they have logged in before. `others`: everybody else. */
export type LaneName = 'known' | 'others';

/** Waiting work. Owners take turns: after each piece of one owner, the next owner's piece runs. */
class Lane {
  /** Owners with waiting work, in the order of their turns. */
  private readonly waiting = new Map<string, Task[]>();
  private count = 0;

  /** @returns false if too much work is waiting, in total or for this owner */
  add(owner: string, task: Task): boolean {
    const own = this.waiting.get(owner) ?? [];
    if (this.count >= QUEUE_LIMIT || own.length >= OWNER_LIMIT) return false;
    own.push(task);
    this.waiting.set(owner, own);
    this.count += 1;
    return true;
  }

  next(): Task | undefined {
    for (const [owner, tasks] of this.waiting) {
      const task = tasks.shift()!;
      // Moves the owner to the end of the Map's iteration order.
      this.waiting.delete(owner);
      if (tasks.length > 0) this.waiting.set(owner, tasks);
      this.count -= 1;
      return task;
    }
    return undefined;
  }
}

/**
 * Runs bcrypt work one piece at a time, which leaves a core and three of libuv's four threads to predictions. The two lanes
 * take turns, so that strangers, however many, do not keep out users who log in from where they always do.
 */
export class BcryptQueue {
  private readonly lanes: Readonly<Record<LaneName, Lane>> = { known: new Lane(), others: new Lane() };
  private last: LaneName = 'others';
  private isRunning = false;

  /** @throws ApiError `overloaded` at once if too much work is waiting in the lane, in total or for this owner */
  run<T>(owner: string, work: () => Promise<T>, lane: LaneName = 'others'): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (this.lanes[lane].add(owner, () => work().then(resolve, reject))) void this.drain();
      else
        reject(
          new ApiError('overloaded', 'too many logins at the same time; try again in a moment', {
            headers: { 'Retry-After': '1' },
          }),
        );
    });
  }

  private async drain(): Promise<void> {
    if (this.isRunning) return;
    this.isRunning = true;
    for (let task = this.next(); task; task = this.next()) await task();
    this.isRunning = false;
  }

  /** Of the lane whose turn it is, or of the other one. */
  private next(): Task | undefined {
    const turn = this.last === 'known' ? 'others' : 'known';
    const task = this.lanes[turn].next();
    if (!task) return this.lanes[this.last].next();
    this.last = turn;
    return task;
  }
}
