import type { Principal } from '../common/principal.js';
import type { PredictionFacts } from '../trail/audit-draft.js';
import type { Signature } from '../inference/model.js';
import type { DataPlane, Inference, InferenceRequest } from './data-plane.js';
import type { Redaction } from './redactor.js';

interface Recorded {
  prediction?: PredictionFacts;
}

/**
 * Leaves on the request which model it asks, for the record of one that comes to nothing; to be called before the body
 * is read. What of the model's inputs may not be recorded is not, until it is known which values are which features'.
 */
export async function announcePrediction(
  dataPlane: DataPlane,
  request: Recorded,
  model: string,
  version?: number,
): Promise<Redaction | undefined> {
  // Until the rules are known nothing of the body is recorded.
  request.prediction = { model, version, recordedRequest: null };
  const found = dataPlane.redactor.of(model);
  const redaction = found instanceof Promise ? await found : found;
  if (!redaction) request.prediction = { model, version };
  return redaction;
}

/** A request of any transport; of HTTP, it knows whether its caller is still there. */
export interface PredictingRequest {
  /** The {@link Principal}. */
  readonly user?: unknown;
  prediction?: PredictionFacts;
  readonly raw?: { readonly socket: { readonly destroyed: boolean } };
}

/**
 * Runs one request's prediction and leaves on the request what its audit record is to say: the model asked for, even
 * when it cannot answer, then the version, its digest and the rows.
 */
export async function predict(
  dataPlane: DataPlane,
  request: PredictingRequest,
  model: string,
  version: number | undefined,
  decode: (signature: Signature) => InferenceRequest,
): Promise<Inference> {
  const { raw } = request;
  const isGone = raw && (() => raw.socket.destroyed);
  const redaction = await announcePrediction(dataPlane, request, model, version);
  if (!redaction) {
    const inference = await dataPlane.infer(request.user as Principal, model, version, decode, isGone);
    request.prediction = factsOf(inference);
    return inference;
  }
  let recordedRequest: string | null = null;
  const decodeAndRedact = (signature: Signature): InferenceRequest => {
    const decoded = decode(signature);
    recordedRequest = redaction.record(signature, decoded.inputs);
    return decoded;
  };
  const inference = await dataPlane.infer(request.user as Principal, model, version, decodeAndRedact, isGone);
  request.prediction = { ...factsOf(inference, { redacted: true }), recordedRequest };
  return { ...inference, outOfRange: redaction.mask(inference.outOfRange) };
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
