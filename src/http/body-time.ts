import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ApiError } from '../common/errors.js';
import type { Config } from '../config/config.js';

const SWEEP_MS = 1000;

/** A request whose body is still being received. */
interface Receiving {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  /** `performance.now()` when the last bytes were seen, for a route of uploads; else when the request arrived. */
  since: number;
  /** Bytes of the connection at that time. */
  bytes: number;
}

type Limits = Pick<Config, 'requestSeconds' | 'uploadIdleSeconds'>;
type Refuse = (error: ApiError, request: FastifyRequest, reply: FastifyReply) => void;

/**
 * Limits how long a body may take to arrive: `MODELGATE_REQUEST_SECONDS` in all, or for routes of uploads
 * `MODELGATE_UPLOAD_IDLE_SECONDS` without a byte. Time during which the server itself does not read does not count. Node's
 * own limit is one for all routes.
 * @param refuse answers a request with `request_timeout`
 */
export function limitBodyTime(fastify: FastifyInstance, limits: Limits, refuse: Refuse): void {
  // One per connection: Node reads a connection's requests one after another.
  const receiving = new Map<Socket, Receiving>();
  fastify.addHook('onRequest', (request, reply, done) => {
    const { raw } = request;
    const { headers, socket } = raw;
    if (headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined)
      receiving.set(socket, { request, reply, since: request.arrivedAt, bytes: socket.bytesRead });
    done();
  });
  const timer = setInterval(() => {
    for (const [socket, each] of receiving) {
      const { raw } = each.request;
      if (raw.complete || raw.destroyed) receiving.delete(socket);
      else if (isOverdue(each, raw, limits)) {
        receiving.delete(socket);
        end(each, refuse);
      }
    }
  }, SWEEP_MS);
  timer.unref();
  fastify.addHook('onClose', (_instance, done) => {
    clearInterval(timer);
    done();
  });
}

function isOverdue(each: Receiving, raw: IncomingMessage, limits: Limits): boolean {
  const now = performance.now();
  const { takesFile, takesUpload } = each.request.routeOptions.config ?? {};
  if (!takesFile && !takesUpload) return now - each.since > limits.requestSeconds * 1000;
  const { bytesRead } = raw.socket;
  if (bytesRead !== each.bytes || raw.readableLength > 0) {
    each.bytes = bytesRead;
    each.since = now;
  }
  return now - each.since > limits.uploadIdleSeconds * 1000;
}

/** Answers, if nothing was answered yet, and closes the connection. */
function end({ request, reply }: Receiving, refuse: Refuse): void {
  if (reply.sent) {
    request.raw.destroy();
    return;
  }
  void reply.header('connection', 'close');
  reply.raw.once('finish', () => request.raw.destroy());
  refuse(new ApiError('request_timeout'), request, reply);
}
