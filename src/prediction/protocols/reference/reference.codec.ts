import { ApiError } from '../../../common/errors.js';
import type { Signature } from '../../../inference/model.js';
import type { Inference, InferenceRequest } from '../../data-plane.js';
import { faultError } from '../../input/faults.js';
import { tensorsFromRows } from '../../input/rows.js';
import { flatJson } from '../../json.js';

/** The reference app's body: one row as a bare JSON list. */
export function decodeRow(body: unknown): (signature: Signature) => InferenceRequest {
  return (signature) => {
    if (!Array.isArray(body)) {
      const width = signature.features?.length;
      throw faultError('validation_failed', [
        { loc: ['body'], msg: `must be a list of ${width ?? "the model's"} values`, type: 'type_error.list' },
      ]);
    }
    return { inputs: tensorsFromRows(signature, [body], () => ['body'], 'validation_failed') };
  };
}

/** `{"Output": label or value}`; a list of them where the model has several targets. */
export function encodeRow({ outputs }: Inference): string {
  const [output] = outputs;
  if (output === undefined) throw new ApiError('internal');
  const list = flatJson(output);
  return `{"Output":${output.data.length === 1 ? list.slice(1, -1) : list}}`;
}
