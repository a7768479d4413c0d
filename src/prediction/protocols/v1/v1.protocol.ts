import { z } from 'zod';
import { PROBLEM } from '../../../common/error-bodies.js';
import { type ErrorFormat, JSON_UTF8, PROBLEM_DETAILS } from '../../../common/error-format.js';
import { withoutRows } from '../../../inference/rows.js';
import type { Inference } from '../../data-plane.js';
import { decodeRows } from '../../input/rows-of-body.js';
import { nestedJson } from '../../json.js';
import { instancesExample, instancesSchema, predictionsSchema } from '../../openapi/model-schemas.js';
import {
  type Exchange,
  type HttpProtocol,
  keepDefined,
  type ModelOperation,
  type ReceivedBody,
  recordedJson,
} from '../protocol.js';

/** RFC 9457 with the member `error`, which KServe's V1 clients read. */
const errors: ErrorFormat = {
  contentType: PROBLEM_DETAILS.contentType,
  schema: PROBLEM.extend({ error: z.string().describe('As `detail`') }).meta({ id: 'V1Error' }),
  body: (error, requestId) => ({ ...PROBLEM_DETAILS.body(error, requestId), error: error.detail }),
};

const shape = { instances: 'rows', inputs: 'rows' } as const;

function read(received: ReceivedBody): Exchange {
  keepDefined(received, shape);
  return {
    decode: (signature) => decodeRows(signature, received.body, ['instances', 'inputs']),
    encode: (inference) => ({ body: predictionsText(inference), headers: { 'content-type': JSON_UTF8 } }),
  };
}

/** KServe's V1 protocol: rows as `instances` or `inputs`, each a list or an object by feature name. */
export const V1: HttpProtocol = {
  name: 'v1',
  errors,
  shape,
  read,
  recorded: recordedJson(read),
  modelOperations: (signature): Record<string, ModelOperation> =>
    withoutRows(signature, signature.defaultOutputs) === undefined
      ? {
          '/v1/models/{name}:predict': {
            id: 'predict',
            summary: 'Predict with',
            body: instancesSchema(signature),
            answer: predictionsSchema(signature),
            example: instancesExample(signature),
          },
        }
      : {},
};

/** `{"predictions": […]}`: one label or value per row; objects by output name if several outputs are requested. */
function predictionsText({ outputs, outOfRange }: Inference): string {
  const [first] = outputs;
  const predictions =
    first && outputs.length === 1
      ? nestedJson(first)
      : `{${outputs.map((output) => `${JSON.stringify(output.name)}:${nestedJson(output)}`).join()}}`;
  const parameters =
    outOfRange.length > 0 ? `,"parameters":${JSON.stringify({ out_of_range: outOfRange })}` : '';
  return `{"predictions":${predictions}${parameters}}`;
}
