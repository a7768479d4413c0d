import type { Demand, Period } from './allowance.js';

/** What a worker has done with its lease since it last said so. */
export interface LeaseReport {
  readonly key: string;
  readonly period: Period;
  /** Of the window that the lease is for; one that has ended is of no account any more. */
  readonly endsAt: number;
  readonly spent: number;
  /** Not needed any more, or called back. */
  readonly returned: number;
}

/** A worker's wish: at least the demand's amount, beyond what it holds. */
export interface LeaseRequest {
  readonly demand: Demand;
  readonly report?: LeaseReport;
}

/** The primary's answer. Nothing granted: nobody holds enough, after all that was leased has been called back. */
export interface LeaseGrant {
  readonly granted: number;
  /** What remains with the primary, for whoever asks next. */
  readonly free: number;
  /** That and what other workers hold, as far as they have told. */
  readonly elsewhere: number;
  readonly endsAt: number;
}

/** The topics of the channel between a worker and the primary. */
export const LEASE = {
  request: 'limits.lease',
  report: 'limits.report',
  recall: 'limits.recall',
} as const;
