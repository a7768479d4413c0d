import type { FastifyInstance } from 'fastify';

/**
 * Lets the answers that are sent while the server closes end their connections. Fastify does so for requests that come
 * after the close began; those that were in flight would leave theirs open, and hold the close up, until it times out.
 */
export function closeConnectionsWhenClosing(fastify: FastifyInstance): void {
  let closing = false;
  fastify.addHook('preClose', (done) => {
    closing = true;
    done();
  });
  fastify.addHook('onSend', (_request, reply, payload, done) => {
    if (closing) void reply.header('connection', 'close');
    done(null, payload);
  });
}
