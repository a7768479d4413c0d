import { applyDecorators } from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import type { AdministeredModel } from '../common/recorded-facts.js';
import { RouteSettings } from '../common/route-config.js';

interface Act {
  readonly action: string;
  readonly target?: Target;
  /** The path parameter that names the model that the act is about. */
  readonly model?: string;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    readonly administration?: Act;
  }
}

/** The path parameter that names the target of the act, or a function that makes the name from the parameters. */
type Target = string | ((params: Readonly<Record<string, string>>) => string);

/** The OpenAPI extension that contains a route's action in the audit trail. */
export const ACTION_EXTENSION = 'x-audit-action';

/**
 * The route is an act of administration: its record has the kind `administration` and this action ("user.disable"),
 * whether it succeeds or not. The record of a success is on disk before the response is sent. A handler that can do
 * several things sets the action in `request.administration`.
 * @param target the target of the act; a handler may set it instead with {@link about}
 * @param model the path parameter that names the model; a handler adds the version with {@link aboutVersion}
 */
export const Administers = (action: string, target?: Target, model?: string): MethodDecorator =>
  applyDecorators(
    RouteSettings({ administration: { action, target, model } }),
    ApiExtension(ACTION_EXTENSION, action),
  );

/** Sets the route's action on its request, before the request can be rejected. */
export function noteAdministration(request: FastifyRequest): void {
  const { administration: act } = request.routeOptions.config;
  if (!act) return;
  const { action, target, model } = act;
  const params = request.params as Readonly<Record<string, string>>;
  request.administration = {
    action,
    ...(target && { target: typeof target === 'string' ? params[target] : target(params) }),
    ...(model && { model: { name: params[model] ?? '' } }),
  };
}

/**
 * Sets the name that a caller claims before it is authenticated. Pass only names that exist: others may be passwords
 * typed into the wrong field.
 */
export function noteClaim(request: FastifyRequest, name: string): void {
  if (request.administration) request.administration.claimedName = name;
}

/** Sets the target of the act. Call it before anything can fail. */
export function about(request: FastifyRequest, target: string): void {
  if (request.administration) request.administration.target = target.slice(0, 256);
}

/** Sets the model, its version and digest that the record of the act names. */
export function aboutVersion(request: FastifyRequest, model: AdministeredModel): void {
  if (request.administration) request.administration.model = model;
}
