import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException, Inject } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { type ErrorFormat, PROBLEM_DETAILS, renderError } from '../common/error-format.js';
import { ApiError, type ErrorCode, ERRORS } from '../common/errors.js';
import { hasHungUp } from '../common/hang-up.js';
import { unavailable } from '../common/unavailable.js';
import { LOGGER } from '../common/logger.module.js';
import { logFailure } from '../logging/log-failure.js';
import { CallRecorder } from '../logging/call-recorder.js';
import { unroutedFormat } from '../prediction/protocols/protocols.js';

/** The one place where an error becomes a response: in the route's protocol, recorded, without internal details. */
@Catch()
export class ErrorFilter implements ExceptionFilter {
  constructor(
    private readonly recorder: CallRecorder,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    this.answer(thrown, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>());
  }

  answer(thrown: unknown, request: FastifyRequest, reply: FastifyReply): void {
    // Then nothing that was thrown is the fault of the body.
    const error = hasHungUp(request) ? new ApiError('client_closed_request') : toApiError(thrown);
    request.errorCode = error.code;
    logFailure(this.logger, request, error);
    if (reply.sent) return;
    const { body, contentType, headers } = renderError(error, errorFormatOf(request), request.id);
    const text = JSON.stringify(body);
    this.recorder.failed(request, { status: error.status, error: error.code, response: text });
    // Fastify would close the connection with part of the body unread, and the reset could reach the client before the
    // response. If the connection stays open, Node reads the rest and discards it.
    if (error.code === 'payload_too_large') void reply.removeHeader('connection');
    void reply.serializer(String).status(error.status).headers(headers).type(contentType).send(text);
  }
}

function errorFormatOf({
  routeOptions: { url, config },
  url: path,
  unroutedFormat: format,
}: FastifyRequest): ErrorFormat {
  if (url === undefined) return format ?? unroutedFormat(path);
  return config.errorFormat ?? PROBLEM_DETAILS;
}

const BY_STATUS: Readonly<Record<number, ErrorCode>> = {
  400: 'bad_request',
  404: 'not_found',
  405: 'method_not_allowed',
  408: 'request_timeout',
  413: 'payload_too_large',
  415: 'unsupported_media_type',
};

/** The thrown value as an entry of the error table. Unexpected errors become `internal`. */
function toApiError(thrown: unknown): ApiError {
  if (thrown instanceof ApiError) return thrown;
  const away = unavailable(thrown);
  if (away) return away;
  const status = statusOf(thrown);
  const code = BY_STATUS[status] ?? (status >= 400 && status < 500 ? 'bad_request' : 'internal');
  const detail = code === 'not_found' || code === 'internal' ? ERRORS[code].title : (thrown as Error).message;
  return new ApiError(code, detail, { cause: code === 'internal' ? thrown : undefined });
}

/** Errors of Nest, Fastify and its plugins have a status. An error without one is a fault of the server. */
function statusOf(thrown: unknown): number {
  if (thrown instanceof HttpException) return thrown.getStatus();
  const { statusCode, code } = thrown as { statusCode?: unknown; code?: unknown };
  return typeof statusCode === 'number' && String(code).startsWith('FST_') ? statusCode : 500;
}
