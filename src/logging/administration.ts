import { type ExecutionContext, SetMetadata } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';

interface Act {
  readonly action: Action;
  readonly targetParam?: string;
}

const ACTION_METADATA = 'modelgate:administration';

/** The name of what is done, or how to find it for a route that does several things. */
type Action = string | ((request: FastifyRequest) => string);

/**
 * The route is an act of administration: its record has the kind `administration` and this action ("user.disable"),
 * whether it succeeds or not. What succeeds is on disk before the answer leaves.
 * @param targetParam the path parameter that names whom or what it is about; a handler may set that instead
 */
export const Administers = (action: Action, targetParam?: string): MethodDecorator =>
  SetMetadata(ACTION_METADATA, { action, targetParam } satisfies Act);

/** Notes the route's action on its request, before anything can refuse it. */
export function noteAdministration(context: ExecutionContext, request: FastifyRequest): void {
  const act = Reflect.getMetadata(ACTION_METADATA, context.getHandler()) as Act | undefined;
  if (!act) return;
  const { action, targetParam } = act;
  const params = request.params as Readonly<Record<string, string>>;
  request.administration = {
    action: typeof action === 'string' ? action : action(request),
    ...(targetParam && { target: params[targetParam] }),
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
