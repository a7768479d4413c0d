import { compare, hash } from 'bcrypt';
import { BcryptQueue } from './bcrypt-queue.js';
import { normalisedPassword } from './password-rules.js';

/** bcrypt's cost: about a quarter of a second a hash, as the reference app's hashes have. */
const COST = 12;
/** What an unknown user's password is compared with, so that both answers take the same time. It matches nothing known. */
const NOBODYS_HASH = '$2b$12$kByJIc7ZtdR5zE75UWOJfeEjnTsV6Irs84s5fMZv4Qaq40xjxplJq';
/** Whose turn in the queue setting a password takes: only who is known may set one. */
const SETTERS = 'set';

const queue = new BcryptQueue();

/** @throws ApiError `overloaded` */
export const hashPassword = (password: string): Promise<string> =>
  queue.run(SETTERS, () => hash(normalisedPassword(password), COST));

/**
 * Takes the same time whether there is such a user (`hashed`) or not.
 * @param from whose share of the queue it takes: the caller's address
 * @throws ApiError `overloaded`
 */
export async function verifyPassword(
  password: string,
  hashed: string | undefined,
  from: string,
): Promise<boolean> {
  const matches = await queue.run(from, () =>
    compare(normalisedPassword(password), portable(hashed ?? NOBODYS_HASH)),
  );
  return matches && hashed !== undefined;
}

export const isBcryptHash = (text: string): boolean => /^\$2[aby]\$\d\d\$[./A-Za-z0-9]{53}$/.test(text);

/** PHP and passlib write `$2y$` for what `$2b$` means. */
const portable = (hashed: string) => hashed.replace(/^\$2y\$/, '$2b$');
