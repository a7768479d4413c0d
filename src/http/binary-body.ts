import type { Readable } from 'node:stream';
import { errorCodes, type FastifyRequest } from 'fastify';
import { PiecewiseHash } from '../common/content-hash.js';

/** No element of a tensor is longer: where it begins at a multiple of this, it can be looked at in its place. Bytes. */
const ALIGNMENT = 8;
/** Of a request with binary tensors: the length of the JSON before them. */
const JSON_LENGTH = 'inference-header-content-length';

type Encoded = Readable & { readonly receivedEncodedLength?: number };

/**
 * Reads a body as bytes. One with binary tensors whose length is announced goes to its place piece by piece, with the
 * first tensor aligned, and is hashed on the way: then no copy of it and no hash over all of it, of a hundred megabytes
 * perhaps, holds up the event loop.
 * @throws Fastify's errors for a body that is too large, or shorter than announced
 */
export function readBytes(request: FastifyRequest, payload: Encoded): Promise<Buffer> {
  const limit = request.routeOptions.bodyLimit;
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

/** Of a length that is not known. */
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

/** Of a known length: memory that is announced and not sent is never touched, and so never taken. */
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
