import { ApiError } from '../../common/errors.js';
import type { Caller } from '../../common/actor.js';
import { covers, coversAny, type Scope } from './scopes.js';

/** @throws ApiError `insufficient_scope` unless the caller has the scope, for `model` if one is given */
export function demand(actor: Caller, scope: Scope, model?: string): void {
  if (!covers(actor.scopes, scope, model)) throw insufficient(scope);
}

/** @throws ApiError `insufficient_scope` unless the caller has the scope for at least one model */
export function demandAny(actor: Caller, scope: Scope): void {
  if (!coversAny(actor.scopes, scope)) throw insufficient(scope);
}

/** RFC 6750 section 3.1. */
const insufficient = (scope: Scope): ApiError =>
  new ApiError('insufficient_scope', `this requires the scope ${scope}`, {
    headers: { 'WWW-Authenticate': `Bearer error="insufficient_scope", scope="${scope}"` },
  });
