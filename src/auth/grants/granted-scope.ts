import { ApiError } from '../../common/errors.js';
import { allowedScopes } from '../gate/scopes.js';

/**
 * The scope of a new token.
 * @param requested an OAuth2 scope string; empty asks for all that is allowed
 * @throws ApiError `invalid_scope` when nothing of it is allowed
 */
export function grantedScope(allowed: readonly string[], requested: string): string {
  const scopes = allowedScopes(allowed, requested);
  if (scopes.length === 0 && requested.trim() !== '')
    throw new ApiError('invalid_scope', 'none of the requested scopes is allowed');
  return scopes.join(' ');
}
