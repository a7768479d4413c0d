import type { FastifyInstance } from 'fastify';
import type { ServerState } from '../common/server-state.js';

/**
 * Closes the connection after each response that is sent while the server shuts down. Fastify does so for requests that
 * arrive later, but connections of requests in flight would stay open and delay the shutdown until they time out.
 */
export function closeConnectionsWhenClosing(fastify: FastifyInstance, state: ServerState): void {
  fastify.addHook('onSend', (_request, reply, payload, done) => {
    if (state.isStopping) void reply.header('connection', 'close');
    done(null, payload);
  });
}
