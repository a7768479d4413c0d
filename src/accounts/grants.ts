import { grantsGiving, KNOWN_GRANTS, unknownGrants, words } from '../auth/gate/scopes.js';
import { ApiError } from '../common/errors.js';

/** Words of a grant string that make an administrator. */
export const ADMINISTERING = grantsGiving('users:admin');

export const administers = (grants: string): boolean =>
  words(grants).some((word) => ADMINISTERING.includes(word));

/** The grant string with each word once and one space between. @throws ApiError `validation_failed` */
export function checkedGrants(grants: string): string {
  const unknown = unknownGrants(grants);
  if (unknown.length === 0) return [...new Set(words(grants))].join(' ');
  const msg = `unknown role or scope: ${unknown.slice(0, 10).join(', ')}; ${KNOWN_GRANTS}`;
  const fault = { loc: ['body', 'grants'], msg, type: 'value_error' };
  throw new ApiError('validation_failed', msg, { faults: [fault] });
}
