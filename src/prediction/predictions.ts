import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { actorOf } from '../auth/gate/actor.decorator.js';
import { demand } from '../auth/gate/demand.js';
import type { Signature } from '../inference/model.js';
import { CallRecorder } from '../logging/call-recorder.js';
import { optionalVersion, versionNumber } from '../models/version-number.js';
import type { RecordedActor } from '../common/actor.js';
import type { PredictionFacts } from '../common/recorded-facts.js';
import { DefaultModel } from './default-model.js';
import { DataPlane, type Inference, type InferenceRequest } from './data-plane.js';
import { type Exchange, keepRefused } from './protocols/protocol.js';

/** Answers the predictions of the HTTP protocols. */
@Injectable()
export class Predictions {
  constructor(
    private readonly dataPlane: DataPlane,
    private readonly recorder: CallRecorder,
    private readonly defaultModel: DefaultModel,
  ) {}

  /**
   * Like {@link answer}, for the default model.
   * @throws ApiError also `insufficient_scope` if the caller may not use that model
   */
  answerByDefault(request: FastifyRequest, reply: FastifyReply): Promise<string | Buffer> {
    const model = this.defaultModel.name();
    demand(actorOf(request), 'predict', model);
    return this.answer(request, reply, model);
  }

  /**
   * Reads the body, computes and encodes, using the route's protocol. Resolves once the record is on disk.
   * @param version as the client wrote it; default: the live one
   * @throws ApiError for faults of the model, the input or the trail
   */
  async answer(
    request: FastifyRequest,
    reply: FastifyReply,
    model: string,
    version?: string,
  ): Promise<string | Buffer> {
    const protocol = request.routeOptions.config.protocol!;
    const { exchange, inference } = await predict(this.dataPlane, request, model, version, () =>
      protocol.read(request),
    ).catch((error: unknown) => {
      keepRefused(request, protocol.shape, this.dataPlane.names(model));
      throw error;
    });
    if (inference.quotas) void reply.headers(inference.quotas);
    const { body, headers } = exchange.encode(inference);
    await this.recorder.answered(request, { status: 200, response: body });
    void reply.headers(headers);
    // Fastify adds a charset to a content type without one, but clients compare the exact type that the route sets.
    if (typeof body === 'string') void reply.serializer(asItIs);
    return body;
  }
}

const asItIs = (body: unknown): string => body as string;

/** A request of any transport. One over HTTP knows whether its caller is still connected. */
export interface PredictingRequest {
  /** The {@link Caller}, once admitted. */
  readonly user?: RecordedActor;
  prediction?: PredictionFacts;
  readonly raw?: { readonly socket: { readonly destroyed: boolean } };
}

/**
 * Runs one prediction and leaves on the request what its audit record is to say: the model asked for, even when it
 * cannot answer, then the version, its digest and the rows. Where some of the model's features are redacted, nothing of
 * the body is recorded until it is known which values are which features'.
 * @param version as the caller wrote it; the live one where it is undefined or empty
 * @param read makes the exchange of the body; called once the redaction rules are known
 */
export async function predict<Read extends Pick<Exchange, 'decode'>>(
  dataPlane: DataPlane,
  request: PredictingRequest,
  model: string,
  version: string | undefined,
  read: () => Read,
): Promise<{ exchange: Read; inference: Inference }> {
  request.prediction = { model, recordedRequest: null };
  const found = dataPlane.redactor.of(model);
  const redaction = found instanceof Promise ? await found : found;
  const unread = redaction ? { recordedRequest: null } : undefined;
  request.prediction = { model, ...unread };
  const asked = optionalVersion(version);
  if (asked !== undefined) request.prediction = { model, version: versionNumber(asked), ...unread };
  const exchange = read();
  const { raw } = request;
  const isGone = raw && (() => raw.socket.destroyed);
  const caller = actorOf(request);
  if (!redaction) {
    const inference = await dataPlane.infer(caller, model, asked, exchange.decode, isGone);
    request.prediction = factsOf(inference);
    return { exchange, inference };
  }
  let recordedRequest: string | null = null;
  const decodeAndRedact = (signature: Signature): InferenceRequest => {
    const decoded = exchange.decode(signature);
    recordedRequest = redaction.record(signature, decoded.inputs);
    return decoded;
  };
  const inference = await dataPlane.infer(caller, model, asked, decodeAndRedact, isGone);
  request.prediction = { ...factsOf(inference, { redacted: true }), recordedRequest };
  return { exchange, inference: { ...inference, outOfRange: redaction.mask(inference.outOfRange) } };
}

/** Flags name places, no values: they are part of the chain, and so cannot be erased. */
function factsOf(inference: Inference, more?: Record<string, unknown>): PredictionFacts {
  const { model, version, digest, rows, outOfRange } = inference;
  const flags = {
    ...(outOfRange.length > 0 && { out_of_range: outOfRange.map(({ row, feature }) => ({ row, feature })) }),
    ...more,
  };
  return { model, version, digest, rows, ...(Object.keys(flags).length > 0 && { flags }) };
}
