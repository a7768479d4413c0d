import type { Principal } from '../common/principal.js';
import type { PredictionFacts } from '../logging/audit-draft.js';
import type { Signature } from '../runtimes/runtime.js';
import type { DataPlane, Inference, InferenceRequest } from './data-plane.js';

/**
 * Runs one request's prediction and leaves on the request what its audit record is to say: the model asked for, even
 * when it cannot answer, then the version, its digest and the rows.
 */
export async function predict(
  dataPlane: DataPlane,
  request: { readonly user?: unknown; prediction?: PredictionFacts },
  model: string,
  version: number | undefined,
  decode: (signature: Signature) => InferenceRequest,
): Promise<Inference> {
  request.prediction = { model, version };
  const inference = await dataPlane.infer(request.user as Principal, model, version, decode);
  request.prediction = {
    model,
    version: inference.version,
    digest: inference.digest,
    rows: inference.rows,
    ...(inference.outOfRange.length > 0 && { flags: { out_of_range: inference.outOfRange } }),
  };
  return inference;
}
