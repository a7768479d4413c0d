import { applyDecorators } from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { RouteSettings } from '../common/route-config.js';

interface Act {
  readonly action: string;
  readonly target?: Target;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    readonly administration?: Act;
  }
}

/** The path parameter that names whom or what the act is about, or how to make that name of the parameters. */
type Target = string | ((params: Readonly<Record<string, string>>) => string);

/** Says in the OpenAPI document what a route's act is called in the audit trail. */
export const ACTION_EXTENSION = 'x-audit-action';

/**
 * The route is an act of administration: its record has the kind `administration` and this action ("user.disable"),
 * whether it succeeds or not. What succeeds is on disk before the answer leaves. A handler that does one of several
 * things says which in `request.administration`.
 * @param target whom or what it is about; a handler may set that instead, with {@link about}
 */
export const Administers = (action: string, target?: Target): MethodDecorator =>
  applyDecorators(
    RouteSettings({ administration: { action, target } }),
    ApiExtension(ACTION_EXTENSION, action),
  );

/** Notes the route's action on its request, before anything can refuse it. */
export function noteAdministration(request: FastifyRequest): void {
  const { administration: act } = request.routeOptions.config;
  if (!act) return;
  const { action, target } = act;
  const params = request.params as Readonly<Record<string, string>>;
  request.administration = {
    action,
    ...(target && { target: typeof target === 'string' ? params[target] : target(params) }),
  };
}

/** Notes the name that somebody who is not known yet claims: one that there is, for others may be a misplaced password. */
export function noteClaim(request: FastifyRequest, name: string): void {
  if (request.administration) request.administration.claimedUsername = name;
}

/** Tells the record whom or what the act is about; to be called before anything can fail. */
export function about(request: FastifyRequest, target: string): void {
  if (request.administration) request.administration.target = target.slice(0, 256);
}
