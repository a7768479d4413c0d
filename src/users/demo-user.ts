import type { UsersService } from './users.service.js';

/** The one row of the reference app's database; its password is in that app's public documentation. */
export const DEMO_USER = {
  username: 'trialuser',
  fullName: 'Trial User',
  email: 'info@trialuser.com',
  hashedPassword: '$2a$12$O/9CiF4Ul3WdEgDPCaYtt.r/QjA5kZORpZENxNkV4E8HuD/fZEnma',
  disabled: false,
  grants: 'predict models:read audit:read',
} as const;

/**
 * Makes sure that somebody can log in on a first start: outside production the demo user is created.
 * @returns a line for the log when there was nobody, else undefined
 */
export async function welcomeFirstUser(
  users: UsersService,
  production: boolean,
): Promise<string | undefined> {
  if (!(await users.isEmpty())) return undefined;
  if (production)
    return 'there is no user yet: make the first one with "modelgate users add NAME --role admin"';
  await users.insert(DEMO_USER);
  return 'demo user "trialuser" was created because there was no user, with the password from the README: disable it, or set NODE_ENV=production, before others can reach this server';
}
