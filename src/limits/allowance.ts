/**
 * Length of a window: a minute from its first use, or the calendar day (UTC). Returns the end of the window
 * that contains `now`, both in epoch milliseconds.
 */
export const PERIODS = {
  minute: (now: number): number => now + 60_000,
  day: (now: number): number => (Math.floor(now / 86_400_000) + 1) * 86_400_000,
} as const;

export type Period = keyof typeof PERIODS;

/** What a request takes from one limit. */
export interface Demand {
  /** The limit's owner: unique among all limits of the period. */
  readonly key: string;
  readonly period: Period;
  readonly limit: number;
  readonly amount: number;
}

/** The state of a limit after a request. */
export interface Level {
  readonly left: number;
  /** Epoch milliseconds at which the count resets. */
  readonly endsAt: number;
}

export interface Verdict {
  /** One per demand. */
  readonly levels: readonly Level[];
  /** Index of the demand that exceeds its limit. Nothing is taken in this case. */
  readonly refused?: number;
}

/** Counts the use of limits, exactly, over all processes of the server. */
export interface Allowance {
  /** Takes all demands or nothing. Returns a promise only if another process must be asked. */
  take(demands: readonly Demand[]): Verdict | Promise<Verdict>;
}

/** Injection token of the {@link Allowance} of this process. */
export const ALLOWANCE = Symbol('ALLOWANCE');
