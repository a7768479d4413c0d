import { isUtf8 } from 'node:buffer';
import type { Readable } from 'node:stream';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ApiError } from '../common/errors.js';
import { locateJsonFault } from '../common/json-fault.js';
import { readBytes } from './binary-body.js';

/**
 * JSON is parsed without removing keys like `__proto__`, since bodies are never merged into other objects, and its text
 * is kept for the audit record. A body without a content type counts as JSON. Bodies of any other type stay bytes, for
 * the route to judge. A batch job's file may be larger than memory and is not read here.
 */
export function addBodyParsers(fastify: FastifyInstance): void {
  fastify.removeContentTypeParser(['application/json', 'text/plain']);
  fastify.addContentTypeParser(
    /^application\/(?:[\w.+-]+\+)?json/,
    { parseAs: 'string' },
    (request, text, done) => {
      const body = parsed(request, text as string);
      if (body instanceof ApiError) done(body);
      else done(null, body);
    },
  );
  fastify.addContentTypeParser([...FILE_TYPES], async (request: FastifyRequest, payload: Readable) => {
    const { takesFile, protocol } = request.routeOptions.config;
    if (takesFile) request.fileStream = payload;
    else if (protocol?.takesCsv) return csvText(request, await readBytes(request, payload));
    else throw new ApiError('unsupported_media_type', 'this route does not take CSV or NDJSON');
    return undefined;
  });
  fastify.addContentTypeParser('*', async (request: FastifyRequest, payload: Readable) => {
    const { headers } = request;
    const bytes = await readBytes(request, payload);
    const isJson =
      headers['content-type'] === undefined && headers['inference-header-content-length'] === undefined;
    if (!isJson) return bytes;
    const body = parsed(request, bytes.toString());
    if (body instanceof ApiError) throw body;
    return body;
  });
}

const FILE_TYPES = ['text/csv', 'application/x-ndjson'] as const;

/** @throws ApiError if the bytes are not UTF-8 */
function csvText(request: FastifyRequest, bytes: Buffer): string {
  if (isUtf8(bytes)) return (request.rawBody = bytes.toString());
  throw new ApiError('bad_request', 'the body is not UTF-8');
}

/** Parses JSON. @throws ApiError that says where the text stops being JSON */
function parsed(request: FastifyRequest, text: string): unknown {
  request.rawBody = text;
  if (text.trim() === '') return undefined;
  try {
    return (request.routeOptions.config.protocol?.parseJson ?? JSON.parse)(text);
  } catch {
    return notJson(request, text);
  }
}

/** Longest path in a fault. A hostile body may be nested deeper than anybody reads. */
const PATH_LIMIT = 8;
const KEY_LIMIT = 100;

function notJson(request: FastifyRequest, text: string): ApiError {
  const { offset, path } = locateJsonFault(text);
  const found = offset === text.length ? 'end' : 'character';
  const fault = {
    loc: [
      'body',
      ...path
        .slice(0, PATH_LIMIT)
        .map((part) => (typeof part === 'string' ? part.slice(0, KEY_LIMIT) : part)),
    ],
    msg: `is not JSON: unexpected ${found} at position ${offset}`,
    type: 'value_error.jsondecode',
  };
  const { malformedBody = 'bad_request' } = request.routeOptions.config.errorFormat ?? {};
  return new ApiError(malformedBody, `the body ${fault.msg}`, { faults: [fault] });
}
