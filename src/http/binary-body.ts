import type { Readable } from 'node:stream';
import { errorCodes, type FastifyRequest } from 'fastify';
import { PiecewiseHash } from '../common/content-hash.js';

/** Longest element of a tensor, in bytes. A tensor that begins at a multiple of this can be read without a copy. */
const ALIGNMENT = 8;
/** In a request with binary tensors, the length of the JSON that precedes them. */
const JSON_LENGTH = 'inference-header-content-length';

type Encoded = Readable & { readonly receivedEncodedLength?: number };

/**
 * Reads a body as bytes. If it has binary tensors and a Content-Length, each chunk is copied to its final place, with
 * the first tensor aligned, and hashed as it arrives. So the event loop is never blocked by a copy or a hash of the
 * whole body, which may have a hundred megabytes.
 * @throws Fastify's errors for a body that is too large, or shorter than announced
 */
export function readBytes(
  request: FastifyRequest,
  payload: Encoded,
  limit: number = request.routeOptions.bodyLimit,
): Promise<Buffer> {
  const announced = Number(request.headers['content-length'] ?? NaN);
  if (announced > limit) return Promise.reject(tooLarge());
  const jsonLength = Number(request.headers[JSON_LENGTH] ?? NaN);
  const isPlaced =
    announced > 0 &&
    Number.isSafeInteger(jsonLength) &&
    jsonLength >= 0 &&
    payload.receivedEncodedLength === undefined;
  const bytes = isPlaced ? new Placed(announced, jsonLength) : new Listed();
  return new Promise((resolve, reject) => {
    const stop = (): void => void payload.off('data', onData).off('end', onEnd).off('error', onError);
    const onData = (piece: Buffer): void => {
      if (Math.max(bytes.length + piece.length, payload.receivedEncodedLength ?? 0) <= limit)
        return bytes.add(piece);
      stop();
      reject(tooLarge());
    };
    const onEnd = (): void => {
      stop();
      const received = payload.receivedEncodedLength ?? bytes.length;
      if (Number.isNaN(announced) || received === announced) resolve(bytes.end());
      else reject(new errorCodes.FST_ERR_CTP_INVALID_CONTENT_LENGTH());
    };
    const onError = (error: Error & { statusCode?: number }): void => {
      stop();
      error.statusCode ??= 400;
      reject(error);
    };
    payload.on('data', onData).on('end', onEnd).on('error', onError).resume();
  });
}

/** A body without a Content-Length. */
class Listed {
  length = 0;
  private readonly pieces: Buffer[] = [];

  add(piece: Buffer): void {
    this.pieces.push(piece);
    this.length += piece.length;
  }

  end(): Buffer {
    return Buffer.concat(this.pieces, this.length);
  }
}

/**
 * A body with a Content-Length. The operating system provides memory when it is first written, so bytes that are
 * announced but not sent cost nothing.
 */
class Placed {
  length = 0;
  private readonly bytes: Buffer;
  private readonly hash: PiecewiseHash;

  constructor(size: number, aligned: number) {
    const from = (ALIGNMENT - (aligned % ALIGNMENT)) % ALIGNMENT;
    this.bytes = Buffer.allocUnsafeSlow(from + size).subarray(from);
    this.hash = new PiecewiseHash(this.bytes);
  }

  add(piece: Buffer): void {
    piece.copy(this.bytes, this.length);
    this.length += piece.length;
    this.hash.add(piece);
  }

  end(): Buffer {
    this.hash.end();
    return this.bytes;
  }
}

const tooLarge = (): Error => new errorCodes.FST_ERR_CTP_BODY_TOO_LARGE();
