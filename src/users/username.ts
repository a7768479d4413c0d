import { invalidField } from '../common/errors.js';

/** Path segments that cannot be user names: /v1/users/me. */
const RESERVED = ['me'];

/** True if the name cannot be used, because it would be confused with something else. */
export const isReservedName = (username: string): boolean => RESERVED.includes(usernameKey(username));

/** The form of a name that must be unique. Ignores case and Unicode compatibility forms. */
export const usernameKey = (username: string): string =>
  // User names contain no U+0000, and PostgreSQL rejects it even in a query's parameters.
  username.normalize('NFKC').toLowerCase().replaceAll('\0', '\ufffd');

/** @throws ApiError `validation_failed` if the name is not allowed */
export function checkUsername(username: string): void {
  // Control characters and outer spaces would make different names look alike.
  const fits = /^[^\s\p{C}](?:[^\p{C}]{0,126}[^\s\p{C}])?$/u.test(username);
  if (!fits)
    throw invalidField('username', 'must have 1 to 128 printable characters, with no space at either end');
  if (isReservedName(username)) throw invalidField('username', 'is reserved');
}
