import type { FastifyInstance, FastifyRequest, RouteOptions } from 'fastify';
import findMyWay from 'find-my-way';
import { dropBody } from '../auth/gate/drop-body.js';
import type { ErrorFormat } from '../common/error-format.js';
import { ApiError } from '../common/errors.js';
import type {} from '../common/fastify-request.js';
import { answerPreflight } from './cors.js';
import { before } from '../common/lists.js';

/** What is known of a path, whatever the method. */
interface PathFacts {
  readonly methods: Set<string>;
  readonly errorFormat?: ErrorFormat;
}

/** `OPTIONS` is answered for each path, without a route. */
const OPTIONS = 'OPTIONS';

/**
 * Answers requests whose path is known and whose method is not: 405 with `Allow` (RFC 9110 section 15.5.6), and 204 for
 * `OPTIONS` (section 9.3.7), which CORS preflights also use. Call it before the first route is registered.
 * @param maxParamLength as that of Fastify's router
 * @param origins those of MODELGATE_CORS_ORIGINS
 */
export function answerOtherMethods(
  fastify: FastifyInstance,
  maxParamLength: number,
  origins: readonly string[],
): void {
  const paths = pathTable(fastify, maxParamLength);
  fastify.addHook('onRequest', (request, reply, done) => {
    if (!request.is404) return done();
    const facts = paths.find(request);
    if (!facts) return done();
    const allow = [...facts.methods, OPTIONS].join(', ');
    if (request.method === OPTIONS) {
      answerPreflight(request, reply, allow, origins);
      void reply.status(204).header('allow', allow).send();
      return;
    }
    request.unroutedFormat = facts.errorFormat;
    const error = new ApiError('method_not_allowed', `${request.method} is not allowed here; use ${allow}`, {
      headers: { Allow: allow },
    });
    dropBody(request, () => done(error));
  });
}

function pathTable(fastify: FastifyInstance, maxParamLength: number) {
  const router = findMyWay({ maxParamLength });
  const known = new Map<string, PathFacts>();
  const anywhere: PathFacts = { methods: new Set() };
  fastify.addHook('onRoute', (route) => {
    let facts = known.get(route.url);
    if (!facts) {
      facts = { methods: new Set(), errorFormat: route.config?.errorFormat };
      known.set(route.url, facts);
      router.on('GET', route.url, () => undefined, facts);
    }
    for (const method of methodsOf(route)) {
      facts.methods.add(method);
      anywhere.methods.add(method);
    }
  });
  return {
    find: ({ url }: FastifyRequest): PathFacts | undefined =>
      url === '*' ? anywhere : (router.find('GET', before(url, '?'))?.store as PathFacts | undefined),
  };
}

/** Fastify answers HEAD wherever it answers GET. */
function methodsOf({ method }: RouteOptions): string[] {
  const methods = [method].flat();
  return methods.includes('GET') ? [...methods, 'HEAD'] : methods;
}
