import type { Allowance, Demand, Verdict } from './allowance.js';
import { freeOf, type Windows } from './windows.js';

/** Counts for a single-process server: in memory, without waiting. */
export class LocalAllowance implements Allowance {
  constructor(private readonly windows: Windows) {}

  take(demands: readonly Demand[]): Verdict {
    const now = Date.now();
    const opened = demands.map((demand) => ({
      window: this.windows.open(demand, now),
      amount: demand.amount,
    }));
    const refused = opened.findIndex(({ window, amount }) => freeOf(window) < amount);
    if (refused === -1) for (const { window, amount } of opened) window.used += amount;
    return {
      levels: opened.map(({ window }) => ({ left: Math.max(0, freeOf(window)), endsAt: window.endsAt })),
      ...(refused !== -1 && { refused }),
    };
  }
}
