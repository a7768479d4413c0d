import type { FastifyRequest } from 'fastify';
import { addressBlock } from '../../common/address.js';
import { usernameKey } from '../../users/username.js';
import { parseRefreshToken } from '../sessions/refresh-token.js';
import { claimedClientId } from './client-credentials.js';
import { grantTypeOf, type TokenForm } from './token-form.js';

/**
 * The key that a login is counted under: the client's address with the user name, client or session. So a client at
 * another address cannot use up a user's logins.
 */
export function loginTracker(request: FastifyRequest): string {
  const form = (request.body ?? {}) as Partial<Record<keyof TokenForm, unknown>>;
  return [addressBlock(request.address), ...claimant(form, request.headers.authorization)].join(' ');
}

function claimant(form: Partial<Record<keyof TokenForm, unknown>>, authorization?: string): string[] {
  const { username, refresh_token: refreshToken } = form;
  switch (grantTypeOf(form)) {
    case 'refresh_token':
      return [
        'session',
        typeof refreshToken === 'string' ? (parseRefreshToken(refreshToken)?.familyHash ?? '') : '',
      ];
    case 'client_credentials':
      return ['service', claimedClientId(authorization, form as TokenForm)?.slice(0, 128) ?? ''];
    default:
      return ['user', typeof username === 'string' ? usernameKey(username.slice(0, 128)) : ''];
  }
}
