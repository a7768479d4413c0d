import type { FastifyInstance } from 'fastify';

/**
 * Closes the connection after each response that is sent while the server shuts down. Fastify does so for requests that
 * arrive later, but connections of requests in flight would stay open and delay the shutdown until they time out.
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
