import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException, Inject } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { type ErrorFormat, PROBLEM_DETAILS, renderError } from '../common/error-format.js';
import { ApiError, type ErrorCode, ERRORS } from '../common/errors.js';
import { LOGGER } from '../common/logger.module.js';
import { logFailure } from '../logging/log-failure.js';
import { CallRecorder } from '../logging/call-recorder.js';
import { unroutedFormat } from '../prediction/protocols/protocols.js';

/** The one place where an error becomes an answer: in the caller's protocol, recorded, with nothing internal in it. */
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
    const error = toApiError(thrown);
    request.errorCode = error.code;
    logFailure(this.logger, request.id, error);
    if (reply.sent) return;
    const { body, contentType, headers } = renderError(error, errorFormatOf(request), request.id);
    const text = JSON.stringify(body);
    this.recorder.failed(request, { status: error.status, error: error.code, response: text });
    // Fastify would close the connection with the rest of the body unread, and the reset could reach the caller before
    // the answer; kept open, Node reads the rest and drops it.
    if (error.code === 'payload_too_large') void reply.removeHeader('connection');
    void reply.serializer(String).status(error.status).headers(headers).type(contentType).send(text);
  }
}

function errorFormatOf({ routeOptions: { url, config }, url: path }: FastifyRequest): ErrorFormat {
  if (url === undefined) return unroutedFormat(path);
  return config.errorFormat ?? PROBLEM_DETAILS;
}

const BY_STATUS: Readonly<Record<number, ErrorCode>> = {
  400: 'bad_request',
  404: 'not_found',
  413: 'payload_too_large',
  415: 'unsupported_media_type',
};

/** Whatever was thrown, as an entry of the closed table; what is not ours to tell becomes `internal`. */
function toApiError(thrown: unknown): ApiError {
  if (thrown instanceof ApiError) return thrown;
  const status = statusOf(thrown);
  const code = BY_STATUS[status] ?? (status >= 400 && status < 500 ? 'bad_request' : 'internal');
  const detail = code === 'not_found' || code === 'internal' ? ERRORS[code].title : (thrown as Error).message;
  return new ApiError(code, detail, { cause: code === 'internal' ? thrown : undefined });
}

/** Nest's errors and those of Fastify and its plugins carry a status; anything else is a fault of ours. */
function statusOf(thrown: unknown): number {
  if (thrown instanceof HttpException) return thrown.getStatus();
  const { statusCode, code, message } = thrown as { statusCode?: unknown; code?: unknown; message?: unknown };
  // What Node says of a caller that hung up amid its body.
  if (code === 'ECONNRESET' && message === 'aborted') return 400;
  return typeof statusCode === 'number' && String(code).startsWith('FST_') ? statusCode : 500;
}
