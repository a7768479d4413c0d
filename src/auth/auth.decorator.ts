import { applyDecorators, type CustomDecorator, SetMetadata } from '@nestjs/common';
import { ApiSecurity } from '@nestjs/swagger';
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

const withAccess = (access: Access): CustomDecorator => SetMetadata(ACCESS_METADATA, access);

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

/** Anybody may call the route, without a token. */
export const Public = (): MethodDecorator & ClassDecorator => applyDecorators(withAccess({ public: true }));
