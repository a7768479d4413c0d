import type { IncomingMessage } from 'node:http';
import compress from '@fastify/compress';
import multipart from '@fastify/multipart';
import type { DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { Gate } from '../auth/gate/gate.js';
import { admitRequests } from '../auth/gate/gate-hook.js';
import { proxyTrust } from '../common/address.js';
import { NestLogger } from '../common/logger.js';
import { requestIdOf } from '../common/random-ids.js';
import { ServerState } from '../common/server-state.js';
import { SchemaPipe } from '../common/schema-pipe.js';
import type { Config } from '../config/config.js';
import { CallRecorder } from '../logging/call-recorder.js';
import { AccessLog } from '../logging/access-log.js';
import { ErrorFilter } from './error.filter.js';
import { HttpMetrics } from '../metrics/http.metrics.js';
import type { Tracing } from '../tracing/tracing.js';
import { watchForOpenRoutes } from './access-check.js';
import { answerOtherMethods } from './allowed-methods.js';
import { addressOf, answerHalfClosed, logAccess, rememberPeers } from './arrival.js';
import { addBodyParsers } from './body-parsers.js';
import { leaveUncompressed, tagCompressedAnswers } from './compression.js';
import { answerConnectionErrors } from './connection-errors.js';
import { allowOrigins } from './cors.js';
import { limitBodyTime } from './body-time.js';
import { closeConnectionsWhenClosing } from './close-connections.js';
import { callDirectHandlers } from './direct-handlers.js';
import { holdRefusedLogins } from './hold-refused-logins.js';
import { refuseOtherMediaTypes } from './media-types.js';
import { readHeadersByTheBook } from './request-headers.js';
import { serveDocs } from './swagger.js';
import { securityHeaders, TLS_HEADERS } from './security-headers.js';

/** Headers come in one piece from any client that means well. */
const LONGEST_HEADERS_SECONDS = 60;
/** Characters of a path parameter. */
const PARAM_LENGTH = 128;

/** The HTTP application's dependencies besides its modules. */
interface Surroundings {
  readonly config: Config;
  readonly logger: Logger;
  readonly tracing?: Tracing;
}

/** The HTTP application over the server's modules, not yet listening. */
export async function createApp(
  modules: DynamicModule,
  { config, logger, tracing }: Surroundings,
): Promise<NestFastifyApplication> {
  const trusts = proxyTrust(config.trustProxy);
  const adapter: FastifyAdapter = new FastifyAdapter({
    bodyLimit: config.bodyLimit,
    trustProxy: config.trustProxy === false ? false : trusts,
    // Bodies have limits of their own: see limitBodyTime.
    requestTimeout: 0,
    keepAliveTimeout: config.keepAliveSeconds * 1000,
    forceCloseConnections: 'idle',
    return503OnClosing: true,
    routerOptions: { maxParamLength: PARAM_LENGTH },
    skipMiddie: true,
    // The server's metadata, which the specification has at both.
    rewriteUrl: ({ url = '/' }) => (url === '/v2/' ? '/v2' : url),
    http: {
      joinDuplicateHeaders: true,
      requireHostHeader: false,
      maxHeaderSize: config.headerLimit,
      headersTimeout: Math.min(config.requestSeconds, LONGEST_HEADERS_SECONDS) * 1000,
    },
    clientErrorHandler: answerConnectionErrors(() => app.get(CallRecorder)),
    frameworkErrors: (error: FastifyError, request: FastifyRequest, reply: FastifyReply) => {
      // Fastify runs neither hooks nor routes for a path that cannot be decoded.
      request.arrivedAt = performance.now();
      request.address = addressOf(request.raw, trusts);
      void reply.headers(securityHeaders()).header('x-request-id', request.id);
      app.get(HttpMetrics).follow(request, reply);
      app.get(ErrorFilter).answer(error, request, reply);
    },
    genReqId: (request: IncomingMessage) => requestIdOf(request.headers['x-request-id']),
  });
  const app: NestFastifyApplication = await NestFactory.create<NestFastifyApplication>(modules, adapter, {
    bodyParser: false,
    logger: new NestLogger(logger),
    abortOnError: false,
  });
  const fastify = adapter.getInstance();
  leaveUncompressed(fastify);
  const refuseOpenRoutes = watchForOpenRoutes(fastify);
  fastify.addHook('onReady', (done) => {
    refuseOpenRoutes();
    done();
  });
  fastify.decorateRequest('arrivedAt', 0);
  fastify.decorateRequest('address', '');
  rememberPeers(fastify);
  answerHalfClosed(fastify);
  fastify.addHook('onRequest', (request, reply, done) => {
    request.arrivedAt = performance.now();
    request.address = addressOf(request.raw, trusts);
    void reply.headers(securityHeaders(request.routeOptions.config)).header('x-request-id', request.id);
    if (config.trustProxy !== false && request.protocol === 'https') void reply.headers(TLS_HEADERS);
    done();
  });
  limitBodyTime(fastify, config, (...failure) => app.get(ErrorFilter).answer(...failure));
  readHeadersByTheBook(fastify);
  allowOrigins(fastify, config.corsOrigins);
  app.get(HttpMetrics).watch(fastify);
  tracing?.watch(fastify, (message) => logger.warn(message));
  answerOtherMethods(fastify, PARAM_LENGTH, config.corsOrigins);
  logAccess(fastify, app.get(AccessLog));
  admitRequests(fastify, app.get(Gate));
  refuseOtherMediaTypes(fastify);
  closeConnectionsWhenClosing(fastify, app.get(ServerState));
  holdRefusedLogins(fastify);
  await fastify.register(compress, {
    encodings: ['gzip', 'deflate'],
    requestEncodings: ['gzip', 'deflate', 'identity'],
  });
  tagCompressedAnswers(fastify);
  await fastify.register(multipart, {
    limits: { files: 16, fields: 16, fieldSize: 64 * 1024, fileSize: config.uploadLimit },
  });
  addBodyParsers(fastify);
  app.useGlobalPipes(new SchemaPipe());
  callDirectHandlers(app);
  await serveDocs(app, config.publicDocs);
  return app;
}
