import { z } from 'zod';
import { timestamp } from '../common/fields.js';
import { pageQuery, pageSchema } from '../common/page.js';
import type { QuotaState } from './quotas.js';
import { type Quota, QUOTA_KINDS } from './quota.entity.js';

/** Sums of rows stay exact up to here. */
const ROWS_LIMIT = 1e12;

const message = `must be a whole number from 0 to ${ROWS_LIMIT}`;
const rows = z.int(message).min(0, message).max(ROWS_LIMIT, message).describe('Rows; 0 means unlimited');
const limits = { rows_per_minute: rows, rows_per_day: rows };

export const QUOTA_LIMITS = z
  .strictObject(limits)
  .meta({ id: 'QuotaLimits', examples: [{ rows_per_minute: 1000, rows_per_day: 100_000 }] });
export type QuotaLimitsBody = z.output<typeof QUOTA_LIMITS>;

/** Whose quota: the path of one. */
export const QUOTA_PATH = z.strictObject({
  kind: z.enum(['user', 'service', 'external', 'model']),
  name: z
    .string()
    .min(1)
    .max(128)
    .describe("A user's name, a service account's client id, an external identity's name or a model's name")
    .meta({ examples: ['trialuser'] }),
});
export type QuotaPath = z.output<typeof QUOTA_PATH>;

export const QUOTA_QUERY = z.strictObject(pageQuery(2));
export type QuotaQuery = z.output<typeof QUOTA_QUERY>;

export const QUOTA = z
  .object({
    kind: z.enum(QUOTA_KINDS),
    name: z.string().optional().describe('Missing for the default'),
    ...limits,
  })
  .meta({
    id: 'Quota',
    examples: [{ kind: 'user', name: 'trialuser', rows_per_minute: 1000, rows_per_day: 100_000 }],
  });
export type QuotaView = z.output<typeof QUOTA>;

export const QUOTA_PAGE = pageSchema('QuotaPage', QUOTA);

const REMAINING_QUOTA = z
  .object({
    period: z.enum(['minute', 'day']),
    limit: z.int(),
    remaining: z.int(),
    resets_at: timestamp,
  })
  .meta({ id: 'RemainingQuota' });

export const REMAINING_QUOTAS = pageSchema('RemainingQuotas', REMAINING_QUOTA);
export type RemainingQuotas = z.output<typeof REMAINING_QUOTAS>;

export const quotaView = ({ kind, name, rowsPerMinute, rowsPerDay }: Quota): QuotaView => ({
  kind,
  ...(kind !== 'default' && { name }),
  rows_per_minute: rowsPerMinute,
  rows_per_day: rowsPerDay,
});

/** At most two, of a minute and of a day: always on one page. */
export const remainingQuotas = (states: readonly QuotaState[]): RemainingQuotas => ({
  items: states.map(({ period, limit, left, endsAt }) => ({
    period,
    limit,
    remaining: left,
    resets_at: new Date(endsAt).toISOString(),
  })),
  next: null,
});
