import { z } from 'zod';
import { grants, shortText, USER_QUERY } from './users.schema.js';

const DAY = 24 * 60 * 60;

const description = shortText(500).describe('Purpose of the account').meta({ example: 'The nightly report' });

export const NEW_SERVICE_ACCOUNT = z.strictObject({
  client_id: z
    .string()
    .regex(
      /^[a-z0-9][a-z0-9._-]{0,63}$/,
      'must have 1 to 64 characters of a-z, 0-9, dot, dash and underscore, the first a letter or digit',
    )
    .describe('The OAuth2 client_id')
    .meta({ example: 'nightly-report' }),
  description: description.optional(),
  grants,
});

export const SERVICE_ACCOUNT_CHANGE = z.strictObject({
  description: description.optional(),
  grants: grants.optional(),
});

export const ROTATION = z.strictObject({
  overlap_seconds: z
    .int('must be a whole number')
    .min(0, 'must be 0 or more')
    .max(30 * DAY, 'must be at most 30 days')
    .default(DAY)
    .describe(
      'Seconds for which the old secret remains valid; 0 revokes it at once, with all tokens of the account',
    )
    .meta({ example: DAY }),
});

export const SERVICE_ACCOUNT_QUERY = z.strictObject({
  limit: USER_QUERY.shape.limit.describe('Service accounts per page, at most 200'),
  cursor: USER_QUERY.shape.cursor,
});
