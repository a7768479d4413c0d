import type { Signature } from '../../inference/model.js';
import type { InferenceRequest } from '../data-plane.js';
import { faultError } from './faults.js';
import { requestedOutputs } from './requested-outputs.js';
import { tensorsFromRows } from './rows.js';

/**
 * The rows of a JSON body, in a list that is one of its members, and the outputs that it selects by `outputs` or
 * `parameters.outputs`.
 * @param members names of the list; the body must have exactly one of them
 * @throws ApiError `invalid_input` naming the row and feature at fault
 */
export function decodeRows(
  signature: Signature,
  body: unknown,
  members: readonly [string, ...string[]],
): InferenceRequest {
  const object = body !== null && typeof body === 'object' ? (body as Record<string, unknown>) : {};
  const given = members.filter((member) => object[member] !== undefined);
  const [member = members[0], second] = given;
  if (second !== undefined)
    throw faultError('invalid_input', [
      {
        loc: ['body', second],
        msg: `the body has ${given.join(' and ')}; send one`,
        type: 'value_error.extra',
      },
    ]);
  const rows = object[member];
  if (!Array.isArray(rows) || rows.length === 0)
    throw faultError('invalid_input', [
      { loc: ['body', member], msg: 'must be a list of one row or more', type: 'value_error.missing' },
    ]);
  const outputs = outputsOf(signature, object);
  const inputs = tensorsFromRows(signature, rows, (row) => ['body', member, row], 'invalid_input');
  return { inputs, byRow: true, ...(outputs && { outputs }) };
}

/** Vertex AI has `parameters` beside the rows; its other members have no meaning here. */
function outputsOf(signature: Signature, { outputs, parameters }: Record<string, unknown>) {
  if (outputs !== undefined) return requestedOutputs(signature, outputs, ['outputs']);
  const inner = parameters !== null && typeof parameters === 'object' ? parameters : {};
  return requestedOutputs(signature, (inner as Record<string, unknown>).outputs, ['parameters', 'outputs']);
}
