import type { Allowance, Demand, Verdict } from './allowance.js';
import { freeOf, type Windows } from './windows.js';

/** The counts of a server that is one process: in its memory, answered at once. */
export class LocalAllowance implements Allowance {
  constructor(private readonly windows: Windows) {}

  take(demands: readonly Demand[]): Verdict {
    const now = Date.now();
    const windows = demands.map((demand) => this.windows.open(demand, now));
    const refused = windows.findIndex((window, i) => freeOf(window) < demands[i].amount);
    if (refused === -1) for (const [i, window] of windows.entries()) window.used += demands[i].amount;
    return {
      levels: windows.map((window) => ({ left: Math.max(0, freeOf(window)), endsAt: window.endsAt })),
      ...(refused !== -1 && { refused }),
    };
  }
}
