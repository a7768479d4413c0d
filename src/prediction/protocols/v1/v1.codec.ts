import type { Signature } from '../../../inference/model.js';
import type { Inference, InferenceRequest } from '../../data-plane.js';
import { faultError } from '../../input/faults.js';
import { tensorsFromRows } from '../../input/rows.js';
import { nestedJson } from '../../json.js';

/** KServe's V1 body: `{"instances": [row, …]}`, each a list or an object by feature name. */
export function decodeInstances(body: unknown): (signature: Signature) => InferenceRequest {
  return (signature) => {
    const instances =
      body !== null && typeof body === 'object' ? (body as { instances?: unknown }).instances : undefined;
    if (!Array.isArray(instances) || instances.length === 0)
      throw faultError('invalid_input', [
        { loc: ['body', 'instances'], msg: 'must be a list of one row or more', type: 'value_error.missing' },
      ]);
    return {
      inputs: tensorsFromRows(signature, instances, (row) => ['body', 'instances', row], 'invalid_input'),
    };
  };
}

/** `{"predictions": […]}`: labels or values, one a row; objects by output name where the model gives several. */
export function encodePredictions({ outputs, outOfRange }: Inference): string {
  const predictions =
    outputs.length === 1
      ? nestedJson(outputs[0])
      : `{${outputs.map((output) => `${JSON.stringify(output.name)}:${nestedJson(output)}`).join()}}`;
  const parameters =
    outOfRange.length > 0 ? `,"parameters":${JSON.stringify({ out_of_range: outOfRange })}` : '';
  return `{"predictions":${predictions}${parameters}}`;
}
