import {
  type CallHandler,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
  StreamableFile,
} from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { mergeMap, type Observable } from 'rxjs';
import { CallRecorder } from './call-recorder.js';

/**
 * Records every request that a handler answers. Predictions are recorded by their handlers, which run without
 * interceptors, and errors by the exception filter. The body is serialised here, once for both the record and the
 * client.
 */
@Injectable()
export class LoggingInterceptor implements NestInterceptor {
  constructor(private readonly recorder: CallRecorder) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    return next
      .handle()
      .pipe(mergeMap((body) => this.record(request, http.getResponse<FastifyReply>(), body)));
  }

  private async record(request: FastifyRequest, reply: FastifyReply, body: unknown): Promise<unknown> {
    const text = serialise(reply, body);
    await this.recorder.answered(request, { status: reply.statusCode, response: text });
    return text ?? body;
  }
}

/**
 * The JSON text of a plain body; undefined for bodies that are sent unchanged (bytes, streams, text of another type).
 */
function serialise(reply: FastifyReply, body: unknown): string | undefined {
  if (body === undefined || Buffer.isBuffer(body) || body instanceof StreamableFile) return undefined;
  // Fastify adds a charset to a content type without one, but clients compare the exact type that the route sets.
  void reply.serializer(String);
  if (typeof body === 'string') return body;
  if (!reply.hasHeader('content-type')) void reply.header('content-type', 'application/json; charset=utf-8');
  return JSON.stringify(body);
}
