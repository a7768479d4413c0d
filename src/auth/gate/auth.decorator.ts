import { applyDecorators } from '@nestjs/common';
import { ApiSecurity } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { RouteSettings } from '../../common/route-config.js';
import type { Scope } from './scopes.js';

export interface Access {
  /** The scope that a token must carry; any valid token is enough if undefined. */
  readonly scope?: Scope;
  /** The path parameter that names the model to which the scope may be narrowed. */
  readonly modelParam?: string;
  /** True if the handler determines the model. The gate then requires the scope for at least one model. */
  readonly anyModel?: boolean;
  readonly public?: boolean;
}

/** What a route's calls are counted against: the caller's predictions, or the logins of an address and name. */
export type RouteLimit = 'prediction' | 'login';

/** The method of a controller that answers a prediction. It returns the body as text or bytes and sets its type. */
export type PredictionMethod = (request: FastifyRequest, reply: FastifyReply) => Promise<string | Buffer>;

/** A {@link PredictionMethod} of a controller. */
export interface DirectHandler {
  readonly controller: new (...dependencies: never[]) => object;
  readonly method: string;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Who may call the route. The server does not start with a route that has none. */
    readonly access?: Access;
    readonly limit?: RouteLimit;
    /** Called in the place of Nest's pipeline. */
    readonly direct?: DirectHandler;
  }
}

export const SECURITY_SCHEME = 'oauth2';

/** Says who may call a route, for the gate and for the OpenAPI document. @param modelParam as {@link Access.modelParam} */
export const Auth = (scope?: Scope, modelParam?: string): MethodDecorator & ClassDecorator =>
  applyDecorators(
    RouteSettings({ access: { scope, modelParam } }),
    ApiSecurity(SECURITY_SCHEME, scope ? [scope] : []),
  );

/** As {@link Auth}, for a route whose handler determines the model and then calls {@link demand} for it. */
export const AuthInHandler = (scope: Scope): MethodDecorator & ClassDecorator =>
  applyDecorators(
    RouteSettings({ access: { scope, anyModel: true } }),
    ApiSecurity(SECURITY_SCHEME, [scope]),
  );

/**
 * A prediction: needs the scope `predict` and counts against the caller's limit. The controller's method is called
 * without Nest's pipeline of observables, which costs up to a third of a prediction, so no pipe or interceptor runs:
 * the method answers through {@link Predictions}, which records it.
 * @param modelParam as in {@link Auth}; without it as {@link AuthInHandler}
 */
export function AuthPrediction(
  modelParam?: string,
): (target: object, method: string, descriptor: TypedPropertyDescriptor<PredictionMethod>) => void {
  return (target, method, descriptor) => {
    const controller = target.constructor as DirectHandler['controller'];
    applyDecorators(
      RouteSettings({
        access: { scope: 'predict', modelParam, anyModel: modelParam === undefined },
        direct: { controller, method },
      }),
      ApiSecurity(SECURITY_SCHEME, ['predict']),
      PredictionLimit(),
    )(target, method, descriptor);
  };
}

/** Anybody may call the route, without a token. */
export const Public = (): MethodDecorator & ClassDecorator => RouteSettings({ access: { public: true } });

/** The route's calls count against the caller's predictions a minute. */
export const PredictionLimit = (): MethodDecorator => RouteSettings({ limit: 'prediction' });

/** The route's calls are logins: its handler counts them, once it has read who logs in. */
export const LoginLimit = (): MethodDecorator => RouteSettings({ limit: 'login' });
