import {
  type Attributes,
  type Context,
  context,
  propagation,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  type Tracer,
} from '@opentelemetry/api';
import {
  ATTR_CLIENT_ADDRESS,
  ATTR_ERROR_TYPE,
  ATTR_HTTP_REQUEST_METHOD,
  ATTR_HTTP_RESPONSE_STATUS_CODE,
  ATTR_HTTP_ROUTE,
  ATTR_RPC_METHOD,
  ATTR_RPC_SYSTEM_NAME,
  ATTR_URL_PATH,
  ATTR_URL_SCHEME,
} from '@opentelemetry/semantic-conventions';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ERRORS } from '../common/errors.js';
import {
  type AuditAppended,
  auditAppended,
  type GrpcAnswered,
  grpcAnswered,
  type Inferred,
  inferred,
} from '../common/events.js';
import { routePattern } from '../common/route-pattern.js';
import { VERSION } from '../common/program.js';
import type { TracingConfig } from '../config/config.js';
import type {} from '../logging/recording.js';
import { type Exporter, startExporter } from './exporter.js';

/**
 * One server span per request, following OpenTelemetry's semantic conventions for HTTP and RPC, with child
 * spans for the model's computation and for the wait for the audit record. Continues the caller's
 * `traceparent`.
 */
export class Tracing {
  private readonly tracer: Tracer;
  private readonly contexts = new WeakMap<FastifyRequest, Context>();

  private constructor(private readonly exporter: Exporter) {
    this.tracer = exporter.provider.getTracer('modelgate', VERSION);
    inferred.subscribe((event) => this.spanOfModel(event));
    auditAppended.subscribe((event) => this.spanOfRecord(event));
    grpcAnswered.subscribe((event) => this.spanOfCall(event));
  }

  static start(config: TracingConfig): Tracing {
    return new Tracing(startExporter(config));
  }

  /** Fields that link a log line to its span. */
  readonly logFields = (): Record<string, string> => {
    const span = trace.getSpanContext(context.active());
    return span ? { trace_id: span.traceId, span_id: span.spanId } : {};
  };

  /**
   * Creates a span for each request except probes and scrapes, and sends the remaining spans when the server
   * closes.
   */
  watch(fastify: FastifyInstance, warn: (message: string) => void): void {
    this.exporter.onFailure(warn);
    fastify.addHook('onRequest', (request, reply, done) => {
      if (request.routeOptions.config.recording?.probe) done();
      else context.with(this.begin(request, reply), done);
    });
    // Events of the body's stream run outside the context of the request.
    fastify.addHook('preValidation', (request, _reply, done) =>
      context.with(this.contexts.get(request) ?? ROOT_CONTEXT, done),
    );
    fastify.addHook('onClose', () => this.exporter.shutdown());
  }

  private begin(request: FastifyRequest, reply: FastifyReply): Context {
    const { url } = request.routeOptions;
    const parent = propagation.extract(ROOT_CONTEXT, request.headers);
    const attributes: Attributes = {
      [ATTR_HTTP_REQUEST_METHOD]: request.method,
      [ATTR_URL_PATH]: request.url.split('?', 1)[0],
      [ATTR_URL_SCHEME]: request.protocol,
      [ATTR_CLIENT_ADDRESS]: request.address,
      'modelgate.request_id': request.id,
      ...(url !== undefined && { [ATTR_HTTP_ROUTE]: routePattern(url) }),
    };
    const name = url === undefined ? request.method : `${request.method} ${routePattern(url)}`;
    const span = this.tracer.startSpan(name, { kind: SpanKind.SERVER, attributes }, parent);
    reply.raw.once('close', () => {
      if (reply.raw.writableFinished) span.setAttribute(ATTR_HTTP_RESPONSE_STATUS_CODE, reply.statusCode);
      if (request.errorCode) span.setAttribute(ATTR_ERROR_TYPE, request.errorCode);
      if (reply.statusCode >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
      span.end();
    });
    const inside = trace.setSpan(parent, span);
    this.contexts.set(request, inside);
    return inside;
  }

  private spanOfModel({ model, version, rows, startedAt, endedAt, failed }: Inferred): void {
    this.child(`infer ${model}`, startedAt, endedAt, failed, {
      'modelgate.model.name': model,
      'modelgate.model.version': version,
      'modelgate.rows': rows,
    });
  }

  private spanOfRecord({ startedAt, endedAt, failed }: AuditAppended): void {
    this.child('audit append', startedAt, endedAt, failed);
  }

  private child(name: string, startTime: number, endTime: number, failed: boolean, attributes?: Attributes) {
    if (!trace.getSpan(context.active())) return;
    const span = this.tracer.startSpan(name, { startTime, attributes });
    if (failed) span.setStatus({ code: SpanStatusCode.ERROR });
    span.end(endTime);
  }

  private spanOfCall({ method, headers, error, startedAt, endedAt }: GrpcAnswered): void {
    const name = method.slice(1);
    const span = this.tracer.startSpan(
      name,
      {
        kind: SpanKind.SERVER,
        startTime: startedAt,
        attributes: { [ATTR_RPC_SYSTEM_NAME]: 'grpc', [ATTR_RPC_METHOD]: name },
      },
      propagation.extract(ROOT_CONTEXT, headers),
    );
    if (error) span.setAttribute(ATTR_ERROR_TYPE, error);
    if (error && ERRORS[error].status >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
    span.end(endedAt);
  }
}
