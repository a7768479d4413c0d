import type { FastifyRequest } from 'fastify';
import { ApiError } from '../../../common/errors.js';
import { parseTensorJson } from '../../../common/tensor-json.js';

export interface V2Body {
  readonly header: unknown;
  /** Bytes of the binary extension behind the JSON. */
  readonly tail: Uint8Array;
}

const HEADER_LENGTH = 'inference-header-content-length';

/**
 * The JSON of a request and what follows it. What the body is, is told by `Inference-Header-Content-Length` and not by
 * its type: clients send these bodies with any content type, or with none.
 */
export function readBody(request: FastifyRequest): V2Body {
  const { body } = request;
  const announced = request.headers[HEADER_LENGTH];
  if (!Buffer.isBuffer(body)) {
    if (
      announced !== undefined &&
      request.rawBody !== undefined &&
      Number(announced) !== Buffer.byteLength(request.rawBody)
    )
      throw new ApiError(
        'bad_request',
        `${HEADER_LENGTH} goes with a body of the type application/octet-stream`,
      );
    return { header: body, tail: new Uint8Array() };
  }
  const length = announced === undefined ? body.length : Number(announced);
  if (!Number.isInteger(length) || length < 0 || length > body.length)
    throw new ApiError(
      'bad_request',
      `${HEADER_LENGTH} must be a number of bytes within the body of ${body.length}`,
    );
  const json = body.toString('utf8', 0, length);
  const tail = body.subarray(length);
  request.rawBody = tail.length === 0 ? json : body;
  if (length === 0) return { header: undefined, tail };
  try {
    return { header: parseTensorJson(json), tail };
  } catch (cause) {
    throw new ApiError('bad_request', 'the body is not JSON', { cause });
  }
}
