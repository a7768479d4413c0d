import type { UsersService } from './users.service.js';

/** The only row of the reference app's database. Its password is in that app's public documentation. */
export const DEMO_USER = {
  username: 'trialuser',
  fullName: 'Trial User',
  email: 'info@trialuser.com',
  hashedPassword: '$2a$12$O/9CiF4Ul3WdEgDPCaYtt.r/QjA5kZORpZENxNkV4E8HuD/fZEnma',
  disabled: false,
  grants: 'predict models:read audit:read',
} as const;

/**
 * Creates the demo user on a first start outside production, so that somebody can log in.
 * @returns a line for the log if there were no users, else undefined
 */
export async function welcomeFirstUser(
  users: UsersService,
  production: boolean,
): Promise<string | undefined> {
  if (!(await users.isEmpty())) return undefined;
  if (production)
    return 'there are no users; create the first one with "modelgate users add NAME --role admin"';
  await users.insert(DEMO_USER);
  return 'created demo user "trialuser" with the password from the README, because there were no users; disable it, or set NODE_ENV=production, before other machines can reach this server';
}
