import type { ServerResponse } from 'node:http';
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { callerAddress } from '../common/address.js';
import { PROBLEM_DETAILS, renderError } from '../common/error-format.js';
import { ApiError, type ErrorCode } from '../common/errors.js';
import { newRequestId } from '../common/random-ids.js';
import type { CallRecorder } from '../logging/call-recorder.js';
import { securityHeaders } from './security-headers.js';

type ConnectionError = Error & { readonly code?: string };

const CODES: Readonly<Record<string, ErrorCode>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 'request_timeout',
  HPE_HEADER_OVERFLOW: 'headers_too_large',
};

/**
 * Answers what Node's parser rejects before there is a request: malformed messages, headers that are too large, requests
 * that take too long. The answer is a problem of the closed table with a request id, and is recorded as any other.
 */
export function answerConnectionErrors(recorder: () => CallRecorder) {
  return (error: ConnectionError, socket: Socket & { _httpMessage?: ServerResponse }): void => {
    // Nobody is there to read an answer, or one is on its way and cannot be taken back.
    if (error.code === 'ECONNRESET' || !socket.writable || socket._httpMessage?.headersSent) {
      socket.destroy();
      return;
    }
    const failure = new ApiError(CODES[error.code ?? ''] ?? 'bad_request', detailOf(error));
    const id = newRequestId();
    const { body, contentType, headers } = renderError(failure, PROBLEM_DETAILS, id);
    const text = JSON.stringify(body);
    recorder().failed(callOf(id, socket), { status: failure.status, error: failure.code });
    const lines = Object.entries({
      ...securityHeaders(),
      ...headers,
      'x-request-id': id,
      'content-type': contentType,
      'content-length': String(Buffer.byteLength(text)),
      connection: 'close',
    }).map(([name, value]) => `${name}: ${value}\r\n`);
    socket.end(`HTTP/1.1 ${failure.status} ${STATUS_CODES[failure.status]}\r\n${lines.join('')}\r\n${text}`);
  };
}

function detailOf({ code = '', message }: ConnectionError): string | undefined {
  if (Object.hasOwn(CODES, code)) return undefined;
  // "Parse Error: Invalid method encountered": the parser names the place, and repeats nothing that was sent.
  return code.startsWith('HPE_')
    ? `cannot parse the request: ${message.replace(/^Parse Error: /, '')}`
    : undefined;
}

const callOf = (id: string, socket: Socket): Parameters<CallRecorder['failed']>[0] => ({
  id,
  address: callerAddress(socket.remoteAddress, undefined, () => false),
  method: '-',
  url: '-',
  routeOptions: { url: '-', config: {} },
  headers: {},
  body: undefined,
  arrivedAt: performance.now(),
});
