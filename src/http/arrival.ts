import type { IncomingMessage, Server } from 'node:http';
import type { FastifyInstance } from 'fastify';
import type { AccessLog } from '../logging/access-log.js';
import { callerAddress, type Trust } from '../common/address.js';

/**
 * Makes Node keep the address of each connection. Otherwise the address is lost if it was not read while the connection
 * was open.
 */
export function rememberPeers(fastify: FastifyInstance): void {
  fastify.server.on('connection', ({ remoteAddress }) => void remoteAddress);
}

/** The client's address. */
export const addressOf = ({ socket, headers }: IncomingMessage, trusts: Trust): string =>
  callerAddress(socket.remoteAddress, headers['x-forwarded-for'], trusts);

/**
 * Answers a client that closes its half of the connection after its request (RFC 9112 section 9.6). By default, Node then
 * closes the other half, and the answer is lost.
 */
export function answerHalfClosed(fastify: FastifyInstance): void {
  (fastify.server as Server & { httpAllowHalfOpen: boolean }).httpAllowHalfOpen = true;
}

/** Status of a request whose client disconnected before the answer, as in nginx. */
const CLIENT_CLOSED_REQUEST = 499;

/** Writes a line per request when it ends, if the access log is on. */
export function logAccess(fastify: FastifyInstance, log: AccessLog): void {
  if (!log.isOn) return;
  fastify.addHook('onRequest', (request, { raw }, done) => {
    // Fastify does not run onResponse if the client disconnects.
    raw.once('close', () =>
      log.write(request, raw.writableFinished ? raw.statusCode : CLIENT_CLOSED_REQUEST),
    );
    done();
  });
}
