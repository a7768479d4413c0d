/** A filter for the value of a recorded input, by feature name. */
export interface FeatureFilter {
  readonly name: string;
  readonly value: string;
}

export interface AuditFilter {
  /** ISO 8601, UTC, milliseconds; `from` is inclusive, `to` exclusive. */
  readonly from?: string;
  readonly to?: string;
  readonly user?: string;
  readonly model?: string;
  readonly version?: number;
  readonly kind?: 'prediction' | 'request' | 'administration';
  readonly action?: string;
  readonly status?: { readonly class: number; readonly code?: number };
  readonly request_id?: string;
  readonly subject?: string;
  readonly client_id?: string;
  readonly features: readonly FeatureFilter[];
}

export type Order = 'asc' | 'desc';
