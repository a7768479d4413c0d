import { compare, hash } from 'bcrypt';
import { BcryptQueue } from './bcrypt-queue.js';
import { normalisedPassword } from './password-rules.js';

/** bcrypt's cost: about 250 ms per hash, the same cost as in the reference app. */
const COST = 12;
/**
 * Compared with the password of an unknown user, so that both cases take the same time. No known password
 * matches it.
 */
const NOBODYS_HASH = '$2b$12$kByJIc7ZtdR5zE75UWOJfeEjnTsV6Irs84s5fMZv4Qaq40xjxplJq';
/** The queue's owner for setting passwords. Only authenticated users can set one. */
const SETTERS = 'set';

const queue = new BcryptQueue();

/** @throws ApiError `overloaded` */
export const hashPassword = (password: string): Promise<string> =>
  queue.run(SETTERS, () => hash(normalisedPassword(password), COST));

/**
 * Takes the same time whether the user exists (`hashed` is given) or not.
 * @param from owner in the queue: the caller's address
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

/** PHP and passlib write `$2y$` for the same algorithm as `$2b$`. */
const portable = (hashed: string) => hashed.replace(/^\$2y\$/, '$2b$');
