import { z } from 'zod';
import { flag, shortText, timestamp } from '../common/fields.js';
import { pageQuery, pageSchema } from '../common/page.js';
import { DEFAULT_GRANTS } from '../users/users.service.js';

const username = z
  .string()
  .max(128)
  .describe('1 to 128 characters')
  .meta({ examples: ['alice'] });
/** The password rules check the length in bytes; this only limits the work. */
const password = z
  .string()
  .max(256, 'must have at most 72 bytes')
  .describe('At most 72 bytes')
  .meta({ examples: ['seven owls read the minutes'] });
const fullName = shortText(200).meta({ examples: ['Alice Adams'] });
const email = shortText(254)
  .regex(/^(?:[^\s@]+@[^\s@]+)?$/, 'must be an e-mail address')
  .meta({ examples: ['alice@example.com'] });
export const grants = z
  .union(
    [
      z.string().max(4096),
      z
        .array(z.string().max(200))
        .max(100)
        .transform((list) => list.join(' ')),
    ],
    'must be a list of roles and scopes, or a scope string',
  )
  .describe('Roles and scopes: a list, or one space-separated string')
  .meta({ examples: [['role:predictor']] });

export const NEW_USER = z
  .strictObject({
    username,
    password,
    full_name: fullName.optional(),
    email: email.optional(),
    grants: grants
      .optional()
      .describe(`Roles and scopes, as a list or one string; default: ${DEFAULT_GRANTS}`),
  })
  .meta({ id: 'NewUser' });
export type NewUserBody = z.output<typeof NEW_USER>;

const OWN = { full_name: fullName.optional(), email: email.optional() };

export const USER_CHANGE = z.strictObject({ ...OWN, grants: grants.optional() }).meta({ id: 'UserChange' });
export type UserChangeBody = z.output<typeof USER_CHANGE>;

export const OWN_CHANGE = z.strictObject(OWN).meta({ id: 'OwnChange' });
export type OwnChangeBody = z.output<typeof OWN_CHANGE>;

export const NEW_PASSWORD = z.strictObject({ password }).meta({ id: 'NewPassword' });
export type NewPasswordBody = z.output<typeof NEW_PASSWORD>;

export const OWN_PASSWORD = z
  .strictObject({ current_password: password, new_password: password })
  .meta({ id: 'OwnPassword' });
export type OwnPasswordBody = z.output<typeof OWN_PASSWORD>;

export const USER_PATH = z.object({ username: z.string().meta({ examples: ['alice'] }) });
export type UserPath = z.output<typeof USER_PATH>;

export const USER_QUERY = z.strictObject({
  ...pageQuery(),
  prefix: z.string().min(1).max(128).optional().describe('Prefix of the name, in any case'),
  disabled: flag.optional().describe('Filters by whether the user is disabled'),
});
export type UserQuery = z.output<typeof USER_QUERY>;

const granted = z.array(z.string()).describe('Roles and scopes as granted');

export const USER = z
  .object({
    username,
    full_name: z.string(),
    email: z.string(),
    disabled: z.boolean(),
    grants: granted,
    scopes: z.array(z.string()).describe('The scopes that the grants add up to'),
    created_at: timestamp,
    updated_at: timestamp,
  })
  .meta({ id: 'User' });
export type UserView = z.output<typeof USER>;

export const USER_PAGE = pageSchema('UserPage', USER);

export const ME = z
  .object({
    username,
    full_name: z.string(),
    email: z.string(),
    grants: granted,
    scopes: z
      .array(z.string())
      .describe('What this token may be used for, which may be less than the grants'),
  })
  .meta({ id: 'Me' });
export type MeView = z.output<typeof ME>;
