import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { ApiError } from '../../common/errors.js';
import type { Caller } from '../../common/actor.js';

/** The caller whom the gate admitted. @throws ApiError `not_authenticated` on a public route, which admits anybody */
export function actorOf({ user }: Pick<FastifyRequest, 'user'>): Caller {
  if (user === undefined) throw new ApiError('not_authenticated');
  return user as Caller;
}

/** Binds {@link actorOf} the request to a parameter of a controller's method. */
export const Actor = createParamDecorator((_options: unknown, context: ExecutionContext): Caller =>
  actorOf(context.switchToHttp().getRequest<FastifyRequest>()),
);
