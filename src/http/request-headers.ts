import type { FastifyInstance } from 'fastify';
import { ApiError } from '../common/errors.js';

/** Names by which HTTP knows the coding too (RFC 9110 section 8.4.1.3). */
const ALIASES: Readonly<Record<string, string>> = { 'x-gzip': 'gzip' };

/**
 * Reads headers as RFC 9110 has them. Needs `joinDuplicateHeaders`, which makes two Host lines one with a comma. Call it
 * before the gate and before decompression.
 */
export function readHeadersByTheBook(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', (request, _reply, done) => {
    const { host, 'content-encoding': encoding } = request.headers;
    if (host === undefined ? request.raw.httpVersion === '1.1' : host.includes(','))
      return done(
        new ApiError('bad_request', 'the request must have one Host header (RFC 9112 section 3.2)'),
      );
    if (encoding !== undefined) {
      const name = encoding.trim().toLowerCase();
      request.headers['content-encoding'] = Object.hasOwn(ALIASES, name) ? ALIASES[name] : name;
    }
    done();
  });
}
