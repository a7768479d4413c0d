import type { FastifyRequest } from 'fastify';
import { usernameKey } from '../../users/username.js';
import { parseRefreshToken } from '../sessions/refresh-token.js';
import { claimedClientId } from './client-credentials.js';
import { grantTypeOf, type TokenForm } from './token-form.js';

/** What a login counts against: the client's address with the name, client or session. Nobody can use up another's logins from elsewhere. */
export function loginTracker(request: FastifyRequest): string {
  const form = (request.body ?? {}) as Partial<Record<keyof TokenForm, unknown>>;
  return [request.ip, ...claimant(form, request.headers.authorization)].join(' ');
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
