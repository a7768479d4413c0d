import { z } from 'zod';
import { faultsOrText } from '../../../common/error-bodies.js';
import { type ErrorFormat, JSON_UTF8 } from '../../../common/error-format.js';
import { ApiError } from '../../../common/errors.js';
import type { Signature } from '../../../inference/model.js';
import type { Inference, InferenceRequest } from '../../data-plane.js';
import { faultError } from '../../input/faults.js';
import { tensorsFromRows } from '../../input/rows.js';
import { flatJson } from '../../json.js';
import { type Exchange, type HttpProtocol, type ReceivedBody, recordedJson } from '../protocol.js';

/** FastAPI's format: `detail` is a sentence, or the list of faults. */
const errors: ErrorFormat = {
  contentType: JSON_UTF8,
  schema: z.object({ detail: faultsOrText }).describe('As in FastAPI').meta({ id: 'ReferenceError' }),
  bareChallenge: true,
  tellsInactive: true,
  malformedBody: 'validation_failed',
  body: ({ detail, faults }) => ({ detail: faults ?? detail }),
};

const read = ({ body }: ReceivedBody): Exchange => ({
  decode: (signature) => decodeRow(signature, body),
  encode: (inference) => ({ body: outputText(inference), headers: { 'content-type': JSON_UTF8 } }),
});

/** The reference app's `/regression`: one row as a bare JSON list. */
export const REFERENCE: HttpProtocol = {
  name: 'reference',
  errors,
  shape: 'rows',
  read,
  recorded: recordedJson(read),
};

function decodeRow(signature: Signature, body: unknown): InferenceRequest {
  if (!Array.isArray(body)) {
    const width = signature.features?.length;
    throw faultError('validation_failed', [
      { loc: ['body'], msg: `must be a list of ${width ?? "the model's"} values`, type: 'type_error.list' },
    ]);
  }
  const inputs = tensorsFromRows(signature, [body], () => ['body'], 'validation_failed');
  return { inputs, byRow: true };
}

/** `{"Output": label or value}`; a list if the model has several targets. */
function outputText({ outputs: [output] }: Inference): string {
  if (output === undefined) throw new ApiError('internal');
  const list = flatJson(output);
  return `{"Output":${output.data.length === 1 ? list.slice(1, -1) : list}}`;
}
