import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AuditTrail } from '../trail/audit-trail.js';
import { requestRecord } from '../logging/request-record.js';
import type { Signature } from '../inference/model.js';
import { DataPlane, type Inference, type InferenceRequest } from './data-plane.js';
import { announcePrediction, predict } from './predict.js';

export interface PredictionCall {
  readonly model: string;
  /** The live one unless given. */
  readonly version?: number;
  readonly decode: (signature: Signature) => InferenceRequest;
  /** The body of the answer: JSON text, or bytes. */
  readonly encode: (inference: Inference) => string | Buffer;
  /** The answer's, unless `encode` sets it. */
  readonly contentType?: string;
}

export const JSON_UTF8 = 'application/json; charset=utf-8';

/** Answers the predictions of the HTTP protocols. */
@Injectable()
export class Predictions {
  constructor(
    private readonly dataPlane: DataPlane,
    private readonly trail: AuditTrail,
  ) {}

  /** To be called before a body is read that may be refused. */
  async announce(request: FastifyRequest, model: string): Promise<void> {
    await announcePrediction(this.dataPlane, request, model);
  }

  /**
   * Computes and encodes; resolves once the record is on disk.
   * @throws ApiError of the model's, the input's or the trail's fault
   */
  async answer(
    request: FastifyRequest,
    reply: FastifyReply,
    { model, version, decode, encode, contentType }: PredictionCall,
  ): Promise<string | Buffer> {
    const inference = await predict(this.dataPlane, request, model, version, decode);
    if (inference.quotas) void reply.headers(inference.quotas);
    const response = encode(inference);
    // Should this record fail, another one would fail as well: the filter is not to try.
    request.recorded = true;
    await this.trail.append(requestRecord(request, { status: 200, response }));
    if (contentType !== undefined) void reply.header('content-type', contentType);
    // Fastify would add a charset to a content type that names none; what a route says is what its clients compare.
    if (typeof response === 'string') void reply.serializer(asItIs);
    return response;
  }
}

const asItIs = (body: unknown): string => body as string;
