import type { Demand, Period } from './allowance.js';

/** What a worker did with its lease since its last report. */
export interface LeaseReport {
  readonly key: string;
  readonly period: Period;
  /** End of the lease's window. Reports for an expired window are ignored. */
  readonly endsAt: number;
  readonly spent: number;
  /** No longer needed, or recalled. */
  readonly returned: number;
}

/** A worker asks for at least the demand's amount, and returns what it held. */
export interface LeaseRequest {
  readonly demand: Demand;
  readonly report?: LeaseReport;
}

/** The primary's reply. `granted` is 0 if the limit is used up even after all leases were recalled. */
export interface LeaseGrant {
  readonly granted: number;
  /** Amount left with the primary, for other workers. */
  readonly free: number;
  /** `free`, plus what other workers hold according to their last reports. */
  readonly elsewhere: number;
  readonly endsAt: number;
}

/** Topics of the channel between a worker and the primary. */
export const LEASE = {
  request: 'limits.lease',
  report: 'limits.report',
  recall: 'limits.recall',
} as const;
