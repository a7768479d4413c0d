import { z } from 'zod';
import { shortText, timestamp } from '../common/fields.js';
import { pageQuery, pageSchema } from '../common/page.js';
import { grants } from './users.schema.js';

const DAY = 24 * 60 * 60;

const clientId = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9._-]{0,63}$/,
    'must have 1 to 64 characters of a-z, 0-9, dot, dash and underscore, the first a letter or digit',
  )
  .describe('The OAuth2 client_id')
  .meta({ examples: ['nightly-report'] });
const description = shortText(500)
  .describe('Purpose of the account')
  .meta({ examples: ['The nightly report'] });

export const NEW_SERVICE_ACCOUNT = z
  .strictObject({ client_id: clientId, description: description.optional(), grants })
  .meta({ id: 'NewServiceAccount' });
export type NewServiceAccountBody = z.output<typeof NEW_SERVICE_ACCOUNT>;

export const SERVICE_ACCOUNT_CHANGE = z
  .strictObject({ description: description.optional(), grants: grants.optional() })
  .meta({ id: 'ServiceAccountChange' });
export type ServiceAccountChangeBody = z.output<typeof SERVICE_ACCOUNT_CHANGE>;

export const ROTATION = z
  .strictObject({
    overlap_seconds: z
      .int('must be a whole number')
      .min(0, 'must be 0 or more')
      .max(30 * DAY, 'must be at most 30 days')
      .default(DAY)
      .describe(
        'Seconds for which the old secret remains valid; 0 revokes it at once, with all tokens of the account',
      )
      .meta({ examples: [DAY] }),
  })
  .meta({ id: 'SecretRotation' });
export type RotationBody = z.output<typeof ROTATION>;

export const SERVICE_ACCOUNT_PATH = z.object({
  client_id: z.string().meta({ examples: ['nightly-report'] }),
});
export type ServiceAccountPath = z.output<typeof SERVICE_ACCOUNT_PATH>;

export const SERVICE_ACCOUNT_QUERY = z.strictObject(pageQuery());
export type ServiceAccountQuery = z.output<typeof SERVICE_ACCOUNT_QUERY>;

export const SERVICE_ACCOUNT = z
  .object({
    client_id: z.string().meta({ examples: ['nightly-report'] }),
    description: z.string(),
    disabled: z.boolean(),
    grants: z.array(z.string()).describe('Roles and scopes as granted'),
    scopes: z.array(z.string()).describe('The scopes that the grants add up to'),
    secret_created_at: timestamp,
    previous_secret_expires_at: timestamp
      .nullable()
      .describe('When the secret before the last rotation expires; null if it has expired'),
    created_at: timestamp,
    updated_at: timestamp,
  })
  .meta({ id: 'ServiceAccount' });
export type ServiceAccountView = z.output<typeof SERVICE_ACCOUNT>;

export const NEW_SECRET = SERVICE_ACCOUNT.extend({
  client_secret: z.string().describe('Shown this once'),
}).meta({ id: 'ServiceAccountSecret' });
export type NewSecretView = z.output<typeof NEW_SECRET>;

export const SERVICE_ACCOUNT_PAGE = pageSchema('ServiceAccountPage', SERVICE_ACCOUNT);
