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

/** The limit that a route's requests count against: predictions per caller, or logins per address and name. */
export type RouteLimit = 'prediction' | 'login';

/** A controller's method that answers a prediction. It returns the body as text or bytes, and sets the content type. */
export type PredictionMethod = (request: FastifyRequest, reply: FastifyReply) => Promise<string | Buffer>;

/** A {@link PredictionMethod} of a controller. */
export interface DirectHandler {
  readonly controller: new (...dependencies: never[]) => object;
  readonly method: string;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Who may call the route. The server does not start if a route lacks this setting. */
    readonly access?: Access;
    readonly limit?: RouteLimit;
    /** Called instead of Nest's pipeline. */
    readonly direct?: DirectHandler;
  }
}

export const SECURITY_SCHEME = 'oauth2';

/**
 * Declares who may call a route, for the gate and the OpenAPI document. @param modelParam as {@link Access.modelParam}
 */
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
 * A prediction. It requires the scope `predict` and counts against the caller's limit. Fastify calls the method
 * directly, because Nest's pipeline of observables costs up to a third of a prediction. So no pipe or interceptor runs,
 * and the method answers through {@link Predictions}, which records it.
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

/** The route's requests count against the caller's predictions per minute. */
export const PredictionLimit = (): MethodDecorator => RouteSettings({ limit: 'prediction' });

/** The route's requests are logins. The handler counts them as soon as it has read the user or client name. */
export const LoginLimit = (): MethodDecorator => RouteSettings({ limit: 'login' });
