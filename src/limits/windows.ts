import { type Demand, type Period, PERIODS } from './allowance.js';

/** One limit's count. What is neither used nor leased to a worker is free. */
export interface Window {
  readonly key: string;
  readonly period: Period;
  readonly endsAt: number;
  limit: number;
  used: number;
  /** What of it the database knows; of a day's window only. */
  stored: number;
  /** Leased and, as far as is known, not used yet: a worker's number and its amount. */
  readonly leases: Map<number, number>;
}

/** Windows kept at once: a caller who invents names or addresses must not fill the memory. */
const WINDOWS_LIMIT = 100_000;

export const freeOf = ({ limit, used, leases }: Window): number => {
  let free = limit - used;
  for (const amount of leases.values()) free -= amount;
  return free;
};

/** Every limit's present window, a number a key. */
export class Windows {
  private readonly tables: Readonly<Record<Period, Map<string, Window>>> = {
    minute: new Map(),
    day: new Map(),
  };

  /** @param usedBefore what a day's window begins with */
  constructor(private readonly usedBefore: (key: string, endsAt: number) => number = () => 0) {}

  /** The window that a demand is about, with the demand's limit in force. */
  open({ key, period, limit }: Pick<Demand, 'key' | 'period' | 'limit'>, now: number): Window {
    const table = this.tables[period];
    let window = table.get(key);
    if (!window || window.endsAt <= now) {
      const endsAt = PERIODS[period](now);
      const used = period === 'day' ? this.usedBefore(key, endsAt) : 0;
      window = { key, period, endsAt, limit, used, stored: used, leases: new Map() };
      makeRoom(table, now);
      table.delete(key);
      table.set(key, window);
    }
    window.limit = limit;
    return window;
  }

  find(key: string, period: Period): Window | undefined {
    return this.tables[period].get(key);
  }

  of(period: Period): Iterable<Window> {
    return this.tables[period].values();
  }
}

/** Windows stand in the order in which they began, so those that ended come first. */
function makeRoom(table: Map<string, Window>, now: number): void {
  for (const [key, window] of table) {
    if (window.endsAt > now && table.size < WINDOWS_LIMIT) return;
    table.delete(key);
  }
}
