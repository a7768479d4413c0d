import { invalidField } from '../common/errors.js';

/** What stands where a name would stand in a path: /v1/users/me. */
const RESERVED = ['me'];
/** What the audit trail marks those with who are no users: service accounts, people at the command line, other providers. */
const RESERVED_PREFIX = /^(?:service|os|oidc):/;

/** Whether nobody may be called so, for the name would be taken for another thing. */
export const isReservedName = (username: string): boolean =>
  RESERVED.includes(usernameKey(username)) || RESERVED_PREFIX.test(usernameKey(username));

/** The form of a name that must be unique: without regard to case or to Unicode's compatibility forms. */
export const usernameKey = (username: string): string =>
  // Nobody's name has a U+0000, and PostgreSQL takes none even in a question.
  username.normalize('NFKC').toLowerCase().replaceAll('\0', '\ufffd');

/** @throws ApiError `validation_failed` when nobody may be called so */
export function checkUsername(username: string): void {
  // Control characters and outer spaces make names that look alike.
  const fits = /^[^\s\p{C}](?:[^\p{C}]{0,126}[^\s\p{C}])?$/u.test(username);
  if (!fits)
    throw invalidField('username', 'must have 1 to 128 printable characters, with no space at either end');
  if (isReservedName(username)) throw invalidField('username', 'is reserved');
}
