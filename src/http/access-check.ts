import type { FastifyInstance, RouteOptions } from 'fastify';
import { StartError } from '../common/errors.js';
import type {} from '../auth/gate/auth.decorator.js';

/**
 * Finds routes without an access setting, whether Nest or Fastify registered them. Call it before the first route is
 * registered. @returns a check to call after the last one; it throws a StartError that names all these routes
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
