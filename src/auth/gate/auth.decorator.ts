import { applyDecorators, SetMetadata, UseInterceptors } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiSecurity } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { LoggingInterceptor } from '../../logging/logging.interceptor.js';
import { PredictionLimit } from './rate-limit.js';
import type { Scope } from './scopes.js';

export interface Access {
  /** The scope that a token must carry; undefined: any valid token will do. */
  readonly scope?: Scope;
  /** The path parameter that names the model to which the scope may be narrowed. */
  readonly modelParam?: string;
  /** True where the handler finds out which model it is about: the scope for any one model lets the caller so far. */
  readonly modelInHandler?: boolean;
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
 * As {@link Auth}, for a route whose handler finds out which model it is about and then demands the scope for that one,
 * through {@link AccessService.demand}; who has it for no model gets no further than the guard.
 */
export const AuthInHandler = (scope: Scope): MethodDecorator & ClassDecorator =>
  applyDecorators(withAccess({ scope, modelInHandler: true }), ApiSecurity(SECURITY_SCHEME, [scope]));

/** The method of a controller that answers a prediction; the answer's body as text or bytes, its type in a header. */
export type PredictionMethod = (request: FastifyRequest, reply: FastifyReply) => Promise<string | Buffer>;

/** What Fastify's configuration of a prediction's route says of it. */
export interface PredictionRoute {
  readonly access: Access;
  readonly controller: new (...dependencies: never[]) => object;
  /** A {@link PredictionMethod} of the controller. */
  readonly method: string;
}

/**
 * A prediction: needs the scope `predict` and counts against the caller's limit. Its handler answers through
 * {@link Predictions}, which records it: an interceptor, any one, makes Nest build a pipeline of observables a request,
 * and that costs a third of a prediction.
 * @param modelParam as in {@link Auth}; without it as {@link AuthInHandler}
 */
export function AuthPrediction(
  modelParam?: string,
): (target: object, method: string, descriptor: TypedPropertyDescriptor<PredictionMethod>) => void {
  const access: Access = { scope: 'predict', modelParam, modelInHandler: modelParam === undefined };
  return (target, method, descriptor) => {
    const prediction: PredictionRoute = {
      access,
      controller: target.constructor as PredictionRoute['controller'],
      method,
    };
    applyDecorators(
      SetMetadata(ACCESS_METADATA, access),
      ApiSecurity(SECURITY_SCHEME, ['predict']),
      PredictionLimit(),
      RouteConfig({ prediction }),
    )(target, method, descriptor);
  };
}

/** Anybody may call the route, without a token. */
export const Public = (): MethodDecorator & ClassDecorator => applyDecorators(withAccess({ public: true }));
