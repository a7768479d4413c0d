import type { FastifyInstance, RouteOptions } from 'fastify';
import { StartError } from '../common/errors.js';
import type {} from '../auth/gate/auth.decorator.js';

/**
 * Refuses to start with a route that does not say who may call it, whoever registered it. To be called before any route
 * is registered. @returns a check for the time when all are; it throws a StartError naming all open routes
 */
export function watchForOpenRoutes(fastify: FastifyInstance): () => void {
  const routes: RouteOptions[] = [];
  fastify.addHook('onRoute', (route) => void routes.push(route));
  return () => {
    const open = routes
      .filter(({ config }) => !config?.access)
      .map(({ method, url }) => `${[method].join()} ${url}`);
    if (open.length > 0) throw new StartError(`routes without an auth decorator: ${open.join(', ')}`);
  };
}
