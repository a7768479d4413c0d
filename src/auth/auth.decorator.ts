import { applyDecorators, SetMetadata, UseInterceptors } from '@nestjs/common';
import { ApiSecurity } from '@nestjs/swagger';
import { LoggingInterceptor } from '../logging/logging.interceptor.js';
import { PredictionLimit } from './rate-limit.js';
import type { Scope } from './scopes.js';

export interface Access {
  /** The scope that a token must carry; undefined: any valid token will do. */
  readonly scope?: Scope;
  /** The path parameter that names the model to which the scope may be narrowed. */
  readonly modelParam?: string;
  readonly public?: boolean;
}

export const ACCESS_METADATA = 'modelgate:access';
export const SECURITY_SCHEME = 'oauth2';

/** Who may call, and that the call is recorded. */
const withAccess = (access: Access): MethodDecorator & ClassDecorator =>
  applyDecorators(SetMetadata(ACCESS_METADATA, access), UseInterceptors(LoggingInterceptor));

/**
 * Says who may call a route. Every route has one, or the server does not start; the guard and the OpenAPI document
 * read the same.
 */
export const Auth = (scope?: Scope, modelParam?: string): MethodDecorator & ClassDecorator =>
  applyDecorators(withAccess({ scope, modelParam }), ApiSecurity(SECURITY_SCHEME, scope ? [scope] : []));

/**
 * As {@link Auth}, for a route whose handler finds out which model it is about and then demands the scope itself, through
 * {@link AccessService.demand}.
 */
export const AuthInHandler = (scope: Scope): MethodDecorator & ClassDecorator =>
  applyDecorators(withAccess({}), ApiSecurity(SECURITY_SCHEME, [scope]));

/**
 * A prediction: needs the scope `predict` and counts against the caller's limit. Its handler answers through
 * {@link Predictions}, which records it: an interceptor, any one, makes Nest build a pipeline of observables a request,
 * and that costs a third of a prediction.
 * @param modelParam as in {@link Auth}; without it the handler finds out which model is meant and demands the scope
 *   itself, through {@link AccessService.demand}
 */
export const AuthPrediction = (modelParam?: string): MethodDecorator =>
  applyDecorators(
    SetMetadata(ACCESS_METADATA, modelParam === undefined ? {} : { scope: 'predict', modelParam }),
    ApiSecurity(SECURITY_SCHEME, ['predict']),
    PredictionLimit(),
  );

/** Anybody may call the route, without a token. */
export const Public = (): MethodDecorator & ClassDecorator => applyDecorators(withAccess({ public: true }));
