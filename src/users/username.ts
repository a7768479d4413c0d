import { nameKey } from '../common/actor.js';
import { invalidField } from '../common/errors.js';

/** Path segments that cannot be user names: /v1/users/me. */
const RESERVED = ['me'];

/** True if the name cannot be used, because it would be confused with something else. */
export const isReservedName = (username: string): boolean => RESERVED.includes(nameKey(username));

export { nameKey as usernameKey };

/** @throws ApiError `validation_failed` if the name is not allowed */
export function checkUsername(username: string): void {
  // Control characters and outer spaces would make different names look alike.
  const fits = /^[^\s\p{C}](?:[^\p{C}]{0,126}[^\s\p{C}])?$/u.test(username);
  if (!fits)
    throw invalidField('username', 'must have 1 to 128 printable characters, with no space at either end');
  if (isReservedName(username)) throw invalidField('username', 'is reserved');
}
