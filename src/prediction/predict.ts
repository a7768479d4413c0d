import type { Principal } from '../common/principal.js';
import type { PredictionFacts } from '../logging/audit-draft.js';
import type { Signature } from '../runtimes/runtime.js';
import type { DataPlane, Inference, InferenceRequest } from './data-plane.js';

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
  request.prediction = { model, version };
  const { raw } = request;
  const isGone = raw && (() => raw.socket.destroyed);
  const inference = await dataPlane.infer(request.user as Principal, model, version, decode, isGone);
  request.prediction = {
    model,
    version: inference.version,
    digest: inference.digest,
    rows: inference.rows,
    ...(inference.outOfRange.length > 0 && { flags: { out_of_range: inference.outOfRange } }),
  };
  return inference;
}
