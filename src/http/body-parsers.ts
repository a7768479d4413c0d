import { isUtf8 } from 'node:buffer';
import { parse as parseForm } from 'node:querystring';
import type { Readable } from 'node:stream';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ApiError, type Fault } from '../common/errors.js';
import { isTooDeep, JSON_DEPTH } from '../common/json-depth.js';
import { parseExactJson } from '../common/exact-json.js';
import { locateJsonFault } from '../common/json-fault.js';
import { FORM_TYPE, unsupportedMediaType } from '../common/media-type.js';
import { readBytes } from './binary-body.js';

/** Bytes of a form: credentials and tokens. */
const FORM_LIMIT = 64 * 1024;
const FORM_FIELDS = 100;
const FILE_TYPES = ['text/csv', 'application/x-ndjson'] as const;

/**
 * JSON is parsed without removing keys like `__proto__`, since bodies are never merged into other objects, and its text
 * is kept for the audit record. A body without a content type counts as JSON. Bodies of any other type stay bytes, for
 * the route to judge. A batch job's file may be larger than memory and is not read here.
 */
export function addBodyParsers(fastify: FastifyInstance): void {
  fastify.removeContentTypeParser(['application/json', 'text/plain']);
  fastify.addContentTypeParser(
    /^application\/(?:[\w.+-]+\+)?json/i,
    { parseAs: 'buffer' },
    (request, bytes, done) => {
      const body = parsedBytes(request, bytes as Buffer);
      if (body instanceof ApiError) done(body);
      else done(null, body);
    },
  );
  fastify.addContentTypeParser(FORM_TYPE, async (request: FastifyRequest, payload: Readable) => {
    if (request.routeOptions.config.takesForm)
      return parseForm((await readBytes(request, payload, FORM_LIMIT)).toString(), '&', '=', {
        maxKeys: FORM_FIELDS,
      });
    const bytes = await readBytes(request, payload);
    return judgesItself(request) ? bytes : labelledAsForm(request, bytes);
  });
  fastify.addContentTypeParser([...FILE_TYPES], async (request: FastifyRequest, payload: Readable) => {
    const { takesFile, protocol } = request.routeOptions.config;
    if (takesFile) request.fileStream = payload;
    else if (protocol?.takesCsv) return csvText(request, await readBytes(request, payload));
    else if (judgesItself(request)) return readBytes(request, payload);
    else throw unsupportedMediaType(request.headers, 'application/json');
    return undefined;
  });
  fastify.addContentTypeParser('*', async (request: FastifyRequest, payload: Readable) => {
    const { headers } = request;
    const bytes = await readBytes(request, payload);
    const isJson =
      headers['content-type'] === undefined && headers['inference-header-content-length'] === undefined;
    return isJson ? parsedOrThrow(request, bytes) : bytes;
  });
}

const judgesItself = ({ routeOptions: { config } }: FastifyRequest): boolean =>
  config.takesUpload === true || config.protocol?.anyMediaType === true;

/** curl says that a body is a form unless it is told otherwise. What is JSON under that label is read as JSON. */
function labelledAsForm(request: FastifyRequest, bytes: Buffer): unknown {
  const body = parsedBytes(request, bytes);
  if (body instanceof ApiError) throw unsupportedMediaType(request.headers, 'application/json');
  return body;
}

function parsedOrThrow(request: FastifyRequest, bytes: Buffer): unknown {
  const body = parsedBytes(request, bytes);
  if (body instanceof ApiError) throw body;
  return body;
}

/** @throws ApiError if the bytes are not UTF-8 */
function csvText(request: FastifyRequest, bytes: Buffer): string {
  if (isUtf8(bytes)) return (request.rawBody = bytes.toString());
  throw new ApiError('bad_request', 'the body is not UTF-8');
}

/** Predictions keep all digits of whole numbers; nothing else takes a bigint. */
function parserOf(request: FastifyRequest): (text: string) => unknown {
  const { protocol } = request.routeOptions.config;
  return protocol ? (protocol.parseJson ?? parseExactJson) : JSON.parse;
}

/** As {@link parsed}. JSON is UTF-8 (RFC 8259 section 8.1), and other bytes would be read as other characters. */
const parsedBytes = (request: FastifyRequest, bytes: Buffer): unknown =>
  isUtf8(bytes)
    ? parsed(request, bytes.toString())
    : malformed(request, {
        loc: ['body'],
        msg: 'is not JSON: it is not UTF-8',
        type: 'value_error.jsondecode',
      });

/** Parses JSON, or returns the error that says where the text stops being JSON. */
function parsed(request: FastifyRequest, received: string): unknown {
  // RFC 8259 section 8.1 lets a parser ignore a byte order mark; editors on Windows write one.
  const text = received.startsWith('\ufeff') ? received.slice(1) : received;
  request.rawBody = text;
  if (text.trim() === '') return undefined;
  if (isTooDeep(text))
    return malformed(request, {
      loc: ['body'],
      msg: `nests more than ${JSON_DEPTH} lists and objects`,
      type: 'value_error.jsondecode',
    });
  try {
    return parserOf(request)(text);
  } catch (error) {
    return text.length > SCANNED_LENGTH ? brokenLongText(request, error as Error) : notJson(request, text);
  }
}

/** Longest path in a fault. A hostile body may be nested deeper than anybody reads. */
const PATH_LIMIT = 8;
const KEY_LIMIT = 100;

/** Longer texts are not read a second time for the place of the fault: other requests would wait for that. */
const SCANNED_LENGTH = 2 ** 20;

function notJson(request: FastifyRequest, text: string): ApiError {
  const { offset, path } = locateJsonFault(text);
  const found = foundAt(text, offset);
  const fault = {
    loc: [
      'body',
      ...path
        .slice(0, PATH_LIMIT)
        .map((part) => (typeof part === 'string' ? part.slice(0, KEY_LIMIT) : part)),
    ],
    msg: `is not JSON: ${found} at position ${offset}`,
    type: 'value_error.jsondecode',
  };
  return malformed(request, fault);
}

/** What the parser itself says of the place: the end, a position, or nothing. */
function brokenLongText(request: FastifyRequest, { message }: Error): ApiError {
  const position = /at position \d+/.exec(message)?.[0];
  const place = /end of JSON/.test(message)
    ? 'unexpected end'
    : position && `unexpected character ${position}`;
  const msg = `is not JSON${place === undefined ? '' : `: ${place}`}`;
  return malformed(request, { loc: ['body'], msg, type: 'value_error.jsondecode' });
}

function malformed(request: FastifyRequest, fault: Fault): ApiError {
  const { malformedBody = 'bad_request' } = request.routeOptions.config.errorFormat ?? {};
  return new ApiError(malformedBody, `the body ${fault.msg}`, { faults: [fault] });
}

const NO_NUMBER = /-?(?:NaN|Infinity)\b/y;

/** Python's json module writes NaN and infinities, which JSON does not have. */
function foundAt(text: string, offset: number): string {
  if (offset === text.length) return 'unexpected end';
  NO_NUMBER.lastIndex = offset;
  const name = NO_NUMBER.exec(text)?.[0];
  return name === undefined ? 'unexpected character' : `${name} (write null for a missing value)`;
}
