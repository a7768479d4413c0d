/**
 * How long a count lasts: a minute from its first use, or the calendar's day (UTC). The value gives the end of the
 * window that holds `now`; both are epoch milliseconds.
 */
export const PERIODS = {
  minute: (now: number): number => now + 60_000,
  day: (now: number): number => (Math.floor(now / 86_400_000) + 1) * 86_400_000,
} as const;

export type Period = keyof typeof PERIODS;

/** What a call wants to use up of one limit. */
export interface Demand {
  /** Whose limit: unique among all limits of the period. */
  readonly key: string;
  readonly period: Period;
  readonly limit: number;
  readonly amount: number;
}

/** Where a limit stands after a call. */
export interface Level {
  readonly left: number;
  /** Epoch milliseconds at which the count begins anew. */
  readonly endsAt: number;
}

export interface Verdict {
  /** One for each demand. */
  readonly levels: readonly Level[];
  /** Index of the demand that its limit does not allow; nothing was taken then. */
  readonly refused?: number;
}

/** Counts what is used up of limits, exactly, over all processes of the server. */
export interface Allowance {
  /** Takes what is demanded of all limits, or nothing. A promise only where another process must be asked. */
  take(demands: readonly Demand[]): Verdict | Promise<Verdict>;
}

/** Injection token of the process' {@link Allowance}. */
export const ALLOWANCE = Symbol('ALLOWANCE');
