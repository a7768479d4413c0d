import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { ApiError } from '../../common/errors.js';
import type { Principal } from '../../common/principal.js';

/** The caller whom the gate admitted. @throws ApiError `not_authenticated` on a public route, which admits anybody */
export function actorOf({ user }: Pick<FastifyRequest, 'user'>): Principal {
  if (user === undefined) throw new ApiError('not_authenticated');
  return user as Principal;
}

/** Binds {@link actorOf} the request to a parameter of a controller's method. */
export const Actor = createParamDecorator((_options: unknown, context: ExecutionContext): Principal =>
  actorOf(context.switchToHttp().getRequest<FastifyRequest>()),
);
