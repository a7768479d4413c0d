import { type Demand, type Period, PERIODS } from './allowance.js';

/** The count of one limit. What is neither used nor leased to a worker is free. */
export interface Window {
  readonly key: string;
  readonly period: Period;
  readonly endsAt: number;
  limit: number;
  used: number;
  /** The part that the database knows; only for daily windows. */
  stored: number;
  /** Leased amounts not yet reported as used, by worker number. */
  readonly leases: Map<number, number>;
}

/** Maximum windows, so that a caller who invents names or addresses cannot fill the memory. */
const WINDOWS_LIMIT = 100_000;

export const freeOf = ({ limit, used, leases }: Window): number => {
  let free = limit - used;
  for (const amount of leases.values()) free -= amount;
  return free;
};

/** The current window of every limit, one per key. */
export class Windows {
  private readonly tables: Readonly<Record<Period, Map<string, Window>>> = {
    minute: new Map(),
    day: new Map(),
  };

  /** @param usedBefore initial use of a daily window */
  constructor(private readonly usedBefore: (key: string, endsAt: number) => number = () => 0) {}

  /** The window for a demand, with the demand's limit applied. */
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

/** Windows are ordered by start, so ended ones come first. */
function makeRoom(table: Map<string, Window>, now: number): void {
  for (const [key, window] of table) {
    if (window.endsAt > now && table.size < WINDOWS_LIMIT) return;
    table.delete(key);
  }
}
