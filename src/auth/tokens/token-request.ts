import type { FastifyRequest } from 'fastify';
import type { ClientProof } from '../grants/client-authentication.js';
import { demandForm, faultOf, formError, refuseRepeated, type TokenForm } from '../grants/token-form.js';

/** A JWT with as many scopes as a token request may name is shorter. */
const TOKEN_LIMIT = 16_384;

/** A request about a token: a form with the token, from a client. */
export interface TokenRequest extends ClientProof {
  readonly form: TokenForm & { readonly token?: string };
}

/** @throws ApiError for a body that is not a form, or that repeats a parameter */
export function tokenRequestOf(request: FastifyRequest): TokenRequest {
  demandForm(request);
  const form = request.body as TokenRequest['form'];
  refuseRepeated(form);
  return { authorization: request.headers.authorization, form };
}

/** The form's token. @throws ApiError `bad_request` if it is missing or too long */
export function tokenOf({ form: { token } }: TokenRequest): string {
  const faults = faultOf('token', token, TOKEN_LIMIT);
  if (faults.length > 0) throw formError('bad_request', faults);
  return token!;
}
