import type { FilterValues } from '../trail/audit-columns.js';

/** A filter for the value of a recorded input, by feature name. */
export interface FeatureFilter {
  readonly name: string;
  readonly value: string;
}

/** A status, or all statuses of a class (4 for `4xx`). */
export interface StatusFilter {
  readonly class: number;
  readonly code?: number;
}

/** Filters by columns, by time and by features. A record must match all. */
export type AuditFilter = Readonly<Partial<Omit<FilterValues, 'status'>>> & {
  readonly status?: StatusFilter;
  /** ISO 8601, UTC, milliseconds; `from` is inclusive, `to` exclusive. */
  readonly from?: string;
  readonly to?: string;
  readonly features: readonly FeatureFilter[];
};

export type Order = 'asc' | 'desc';
