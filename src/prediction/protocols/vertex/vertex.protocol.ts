import { z } from 'zod';
import { type ErrorFormat, JSON_UTF8 } from '../../../common/error-format.js';
import { recordsJson } from '../../json.js';
import { decodeRows } from '../../input/rows-of-body.js';
import {
  type Exchange,
  type HttpProtocol,
  keepDefined,
  type ReceivedBody,
  recordedJson,
} from '../protocol.js';

/** The error format of Google's JSON APIs. Vertex AI passes it to its caller unchanged. */
const errors: ErrorFormat = {
  contentType: JSON_UTF8,
  schema: z.object({ error: z.object({ code: z.int(), message: z.string() }) }).meta({ id: 'VertexError' }),
  body: ({ status, detail }) => ({ error: { code: status, message: detail } }),
};

const shape = { instances: 'rows' } as const;

function read(received: ReceivedBody): Exchange {
  keepDefined(received, shape);
  return {
    decode: (signature) => decodeRows(signature, received.body, ['instances']),
    encode: ({ outputs }) => ({
      body: `{"predictions":${recordsJson(outputs)}}`,
      headers: { 'content-type': JSON_UTF8 },
    }),
  };
}

/**
 * Vertex AI's protocol for custom containers: `{"instances": [row, …]}` in, `{"predictions": [value per row]}` out.
 * `parameters.outputs` selects outputs; other parameters are ignored.
 */
export const VERTEX: HttpProtocol = { name: 'vertex', errors, shape, read, recorded: recordedJson(read) };
