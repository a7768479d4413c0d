import { z } from 'zod';
import type { ErrorFormat } from '../../../common/error-format.js';
import { ApiError, type ErrorCode } from '../../../common/errors.js';
import { parseExactJson } from '../../../common/exact-json.js';
import { unsupportedMediaType } from '../../../common/media-type.js';
import type { Signature } from '../../../inference/model.js';
import type { Inference, InferenceRequest } from '../../data-plane.js';
import { requestedOutputs } from '../../input/requested-outputs.js';
import { tensorsFromRows } from '../../input/rows.js';
import { recordsJson, rowsCsv } from '../../json.js';
import {
  type Answer,
  type Exchange,
  type Headers,
  type HttpProtocol,
  keepDefined,
  type ReceivedBody,
} from '../protocol.js';
import { csvRows, jsonRows } from './mlflow.rows.js';

/** MLflow's names for errors (`databricks.proto`); others are `BAD_REQUEST`, or `INTERNAL_ERROR` from status 500 on. */
const ERROR_CODES: Partial<Record<ErrorCode, string>> = {
  not_authenticated: 'UNAUTHENTICATED',
  invalid_token: 'UNAUTHENTICATED',
  insufficient_scope: 'PERMISSION_DENIED',
  model_not_found: 'RESOURCE_DOES_NOT_EXIST',
  rate_limited: 'REQUEST_LIMIT_EXCEEDED',
  quota_exceeded: 'REQUEST_LIMIT_EXCEEDED',
  audit_unavailable: 'TEMPORARILY_UNAVAILABLE',
  model_not_ready: 'TEMPORARILY_UNAVAILABLE',
  overloaded: 'TEMPORARILY_UNAVAILABLE',
};

const errors: ErrorFormat = {
  contentType: 'application/json',
  schema: z.object({ error_code: z.string(), message: z.string() }).meta({ id: 'MlflowError' }),
  body: ({ code, status, detail }) => ({
    error_code: ERROR_CODES[code] ?? (status < 500 ? 'BAD_REQUEST' : 'INTERNAL_ERROR'),
    message: detail,
  }),
};

const shape = {
  dataframe_split: { index: 'value', columns: 'value', data: 'rows' },
  dataframe_records: 'rows',
  instances: 'rows',
  inputs: 'rows',
} as const;

/** MLflow's scoring server, whose protocol SageMaker expects of a container too: JSON or CSV at `/invocations`. */
export const MLFLOW: HttpProtocol = {
  name: 'mlflow',
  errors,
  shape,
  takesCsv: true,
  anyMediaType: true,
  read,
  recorded: (content, headers) => {
    const text = content.toString();
    return read({ body: isCsv(mediaType(headers)) ? text : parseExactJson(text), headers });
  },
};

function read(received: ReceivedBody): Exchange {
  const { body, headers } = received;
  const type = mediaType(headers);
  if (!isCsv(type)) keepDefined(received, shape);
  const rows = isCsv(type)
    ? csvRows(body as string | undefined, type.parameters.get('header'))
    : jsonRows(body);
  const wantsCsv = prefersCsv(headers.accept);
  return {
    decode: (signature) => decode(signature, rows, body),
    encode: (inference) => (wantsCsv ? csvAnswer(inference) : jsonAnswer(inference)),
  };
}

/** MLflow passes parameters as `params`; `params.outputs` selects outputs, others have no meaning here. */
function decode(signature: Signature, rowsOf: ReturnType<typeof jsonRows>, body: unknown): InferenceRequest {
  const { rows, at } = rowsOf(signature);
  const { params } = (typeof body === 'object' ? (body ?? {}) : {}) as {
    params?: { outputs?: unknown } | null;
  };
  const outputs = requestedOutputs(signature, params?.outputs, ['params', 'outputs']);
  const inputs = tensorsFromRows(signature, rows, at, 'invalid_input');
  return { inputs, byRow: true, ...(outputs && { outputs }) };
}

const jsonAnswer = ({ outputs }: Inference): Answer => ({
  body: `{"predictions":${recordsJson(outputs)}}`,
  headers: { 'content-type': 'application/json' },
});

/** One line per row, without a header, like the responses of SageMaker's own containers. */
const csvAnswer = ({ outputs }: Inference): Answer => ({
  body: rowsCsv(outputs),
  headers: { 'content-type': 'text/csv; charset=utf-8' },
});

interface MediaType {
  readonly type: string;
  readonly parameters: ReadonlyMap<string, string>;
}

const JSON_TYPE = /^application\/(?:[\w.+-]+\+)?json$/;

const isCsv = ({ type }: MediaType): boolean => type === 'text/csv';

/**
 * The content type and its parameters. MLflow takes `charset=utf-8` only; `header` of `text/csv` is RFC 4180's.
 * @throws ApiError `unsupported_media_type` for any other type or parameter
 */
function mediaType(headers: Headers): MediaType {
  const [type = '', ...rest] = String(headers['content-type'] ?? 'application/json').split(';');
  const parameters = new Map<string, string>();
  for (const part of rest) {
    const [name = '', value = ''] = part.split('=', 2).map((text) => text.trim().toLowerCase());
    parameters.set(name, value.replace(/^"(.*)"$/, '$1'));
  }
  const media = { type: type.trim().toLowerCase(), parameters };
  if (!isCsv(media) && !JSON_TYPE.test(media.type))
    throw unsupportedMediaType(headers, 'application/json', 'text/csv');
  for (const [name, value] of parameters) {
    if (name === 'charset' && value !== 'utf-8')
      throw new ApiError('unsupported_media_type', 'the charset of the body must be utf-8');
    if (name === 'header' && isCsv(media) && ['present', 'absent'].includes(value)) continue;
    if (name !== 'charset' && name !== '')
      throw new ApiError(
        'unsupported_media_type',
        `unknown content type parameter "${name.slice(0, 100)}"; the parameters are charset=utf-8 and, for text/csv, header=present or header=absent`,
      );
  }
  return media;
}

/** Whether `Accept` (RFC 9110 section 12.5.1) prefers CSV to JSON. The response is always one of the two. */
function prefersCsv(accept: unknown): boolean {
  if (typeof accept !== 'string') return false;
  const weight = (type: string): number => {
    for (const range of accept.toLowerCase().split(',')) {
      const [name, ...parameters] = range.split(';').map((text) => text.trim());
      const q = parameters.find((parameter) => parameter.startsWith('q='));
      if (name === type) return q === undefined ? 1 : Number(q.slice(2));
    }
    return 0;
  };
  return weight('text/csv') > weight('application/json');
}
