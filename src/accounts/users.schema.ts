import { z } from 'zod';
import { DEFAULT_GRANTS } from '../users/users.service.js';

export const shortText = (max: number) =>
  z
    .string()
    .max(max, `must have at most ${max} characters`)
    .regex(/^\P{C}*$/u, 'must contain only printable characters');

const username = z
  .string()
  .max(128, 'must have at most 128 characters')
  .describe('1 to 128 characters')
  .meta({ example: 'alice' });
/** Its length in bytes is checked with the other rules of passwords; this only bounds the work. */
const password = z
  .string()
  .max(256, 'must have at most 72 bytes')
  .describe('At most 72 bytes')
  .meta({ example: 'seven owls read the minutes' });
const fullName = shortText(200).meta({ example: 'Alice Adams' });
const email = shortText(254).regex(/^(?:[^\s@]+@[^\s@]+)?$/, 'must be an e-mail address');
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
  .meta({ example: ['role:predictor'] });

export const NEW_USER = z.strictObject({
  username,
  password,
  full_name: fullName.optional(),
  email: email.optional(),
  grants: grants.optional().describe(`Roles and scopes, as a list or one string; default: ${DEFAULT_GRANTS}`),
});

export const USER_CHANGE = z.strictObject({
  full_name: fullName.optional(),
  email: email.optional(),
  grants: grants.optional(),
});

export const OWN_CHANGE = USER_CHANGE.omit({ grants: true });

export const NEW_PASSWORD = z.strictObject({ password });

export const OWN_PASSWORD = z.strictObject({ current_password: password, new_password: password });

export const USER_QUERY = z.strictObject({
  limit: z
    .string()
    .regex(/^\d{1,4}$/, 'must be a whole number')
    .transform(Number)
    .refine((limit) => limit >= 1 && limit <= 200, 'must be between 1 and 200')
    .prefault('50')
    .describe('Users per page, at most 200'),
  cursor: z
    .string()
    .max(1024)
    .regex(/^[\w-]+$/, 'must be the next_cursor of an earlier response')
    .optional()
    .describe('The `next_cursor` of the previous page'),
  prefix: z.string().min(1).max(128).optional().describe('Prefix of the name, in any case'),
  disabled: z
    .enum(['true', 'false'], 'must be true or false')
    .transform((text) => text === 'true')
    .optional()
    .describe('Filters by whether the user is disabled'),
});
