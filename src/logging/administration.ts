import { type ExecutionContext, SetMetadata } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';

const ACTION_METADATA = 'modelgate:administration';

/** The name of what is done, or how to find it for a route that does several things. */
type Action = string | ((request: FastifyRequest) => string);

/**
 * The route is an act of administration: its record has the kind `administration` and this action ("user.disable"),
 * whether it succeeds or not. What succeeds is on disk before the answer leaves.
 */
export const Administers = (action: Action): MethodDecorator => SetMetadata(ACTION_METADATA, action);

/** Notes the route's action on its request, before anything can refuse it. */
export function noteAdministration(context: ExecutionContext, request: FastifyRequest): void {
  const action = Reflect.getMetadata(ACTION_METADATA, context.getHandler()) as Action | undefined;
  if (action === undefined) return;
  request.administration = { action: typeof action === 'string' ? action : action(request) };
}

/** Notes the name that somebody who is not known yet claims, cut to what a record should hold. */
export function noteClaim(request: FastifyRequest, name: unknown): void {
  if (request.administration && typeof name === 'string')
    request.administration.claimedUsername = name.replace(/\p{C}/gu, '\ufffd').slice(0, 128);
}

/** Tells the record whom or what the act is about; to be called before anything can fail. */
export function about(request: FastifyRequest, target: string): void {
  if (request.administration) request.administration.target = target.slice(0, 256);
}
