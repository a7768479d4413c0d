import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/** Seconds for which a browser remembers what a preflight allowed; browsers cap it at two hours. */
const PREFLIGHT_SECONDS = '7200';
/** Headers of answers that a page's script may read, beside those that the Fetch standard always shows. */
const EXPOSED = [
  'Allow',
  'ETag',
  'Content-Disposition',
  'Content-Range',
  'Inference-Header-Content-Length',
  'Location',
  'RateLimit',
  'RateLimit-Limit',
  'RateLimit-Policy',
  'RateLimit-Remaining',
  'RateLimit-Reset',
  'Retry-After',
  'WWW-Authenticate',
  'X-Request-Id',
].join(', ');
const HEADER_NAMES = /^[\w!#$%&'*+.^`|~, -]{1,1024}$/;

/**
 * Lets pages of the listed origins read answers (CORS, https://fetch.spec.whatwg.org/#http-cors-protocol). No cookie is
 * ever used, so credentials are not allowed.
 * @param origins as browsers write them, or `*`; none switches CORS off
 */
export function allowOrigins(fastify: FastifyInstance, origins: readonly string[]): void {
  if (origins.length === 0) return;
  fastify.addHook('onRequest', (request, reply, done) => {
    const allowed = allowedOrigin(request, origins);
    if (allowed !== '*') void reply.header('vary', 'Origin');
    if (allowed !== undefined)
      void reply.headers({
        'access-control-allow-origin': allowed,
        'access-control-expose-headers': EXPOSED,
        'cross-origin-resource-policy': 'cross-origin',
      });
    done();
  });
}

/** Adds what a preflight asks for: the path's methods, and the headers that the page wants to send. */
export function answerPreflight(
  request: FastifyRequest,
  reply: FastifyReply,
  allow: string,
  origins: readonly string[],
): void {
  const { headers } = request;
  if (headers['access-control-request-method'] === undefined || !allowedOrigin(request, origins)) return;
  const wanted = headers['access-control-request-headers'];
  void reply.headers({
    'access-control-allow-methods': allow,
    'access-control-max-age': PREFLIGHT_SECONDS,
    ...(typeof wanted === 'string' &&
      HEADER_NAMES.test(wanted) && { 'access-control-allow-headers': wanted }),
  });
}

function allowedOrigin(
  { headers: { origin } }: FastifyRequest,
  origins: readonly string[],
): string | undefined {
  if (origins.includes('*')) return '*';
  return origin !== undefined && origins.includes(origin) ? origin : undefined;
}
