import { z } from 'zod';
import type { ErrorFormat } from '../../../common/error-format.js';
import { ApiError } from '../../../common/errors.js';
import { isTooDeep, JSON_DEPTH } from '../../../common/json-depth.js';
import { parseTensorJson } from '../../../common/tensor-json.js';
import type { Signature } from '../../../inference/model.js';
import type { Tensor } from '../../../inference/tensor.js';
import type { Inference } from '../../data-plane.js';
import { flatJson } from '../../json.js';
import { definedPart, partText } from '../../defined-part.js';
import {
  type Answer,
  type Exchange,
  type Headers,
  type HttpProtocol,
  keepDefined,
  type ReceivedBody,
} from '../protocol.js';
import { classified } from './classification.js';
import { decodeRaw } from './raw-request.js';
import { tensorToBytes } from './tensor-bytes.js';
import { inferOperation } from './v2.openapi.js';
import { decodeRequest, readRequest, type RequestedOutput, type V2Request } from './v2.request.js';

/** KServe's client compares the content type literally. */
export const JSON_TYPE = 'application/json';
const HEADER_LENGTH = 'inference-header-content-length';

const errors: ErrorFormat = {
  contentType: JSON_TYPE,
  schema: z.object({ error: z.string() }).meta({ id: 'V2Error' }),
  body: ({ detail }) => ({ error: detail }),
};

const binary = { binary_data_size: 'value', binary_data: 'value', classification: 'value' } as const;

const shape = {
  id: 'value',
  parameters: { binary_data_output: 'value' },
  inputs: [{ name: 'value', datatype: 'value', shape: 'value', parameters: binary, data: 'value' }],
  outputs: [{ name: 'value', parameters: binary }],
} as const;

const RAW_REQUEST: V2Request = { inputs: [], outputs: [], binaryByDefault: true };

function read(received: ReceivedBody): Exchange {
  const { header, tail } = readBody(received);
  if (header === undefined && tail.length > 0)
    return { decode: decodeRaw(tail), encode: (inference) => answerOf(inference, RAW_REQUEST) };
  const asked = readRequest(header, tail);
  return { decode: decodeRequest(asked), encode: (inference) => answerOf(inference, asked) };
}

/** The Open Inference Protocol V2 over REST, with its binary tensor extension. */
export const V2: HttpProtocol = {
  name: 'v2',
  errors,
  prefix: '/v2',
  anyMediaType: true,
  shape,
  parseJson: parseTensorJson,
  read,
  recorded: (content, headers: Headers) =>
    read({ body: bytesOf(content) ?? parseTensorJson(content as string), headers }),
  modelOperations: inferOperation,
};

/** The bytes of a recorded body with binary tensors, which is base64 on a database that stores text only. */
function bytesOf(content: string | Buffer): Buffer | undefined {
  if (Buffer.isBuffer(content)) return content;
  const { binary } = JSON.parse(content) as { binary?: unknown };
  return typeof binary === 'string' ? Buffer.from(binary, 'base64') : undefined;
}

interface V2Body {
  readonly header: unknown;
  /** Bytes of the binary extension after the JSON. */
  readonly tail: Uint8Array;
}

const NO_BYTES = new Uint8Array();

/**
 * The JSON of a request and the bytes after it. `Inference-Header-Content-Length` separates them. The content type does
 * not matter: clients send these bodies with any type, or without one.
 */
export function readBody(received: ReceivedBody): V2Body {
  const { body, rawBody, headers } = received;
  const announced = headers[HEADER_LENGTH];
  if (!Buffer.isBuffer(body)) {
    if (announced !== undefined && rawBody !== undefined && Number(announced) !== Buffer.byteLength(rawBody))
      throw new ApiError(
        'bad_request',
        `${HEADER_LENGTH} goes with a body of the type application/octet-stream`,
      );
    keepDefined(received, shape);
    return { header: body, tail: NO_BYTES };
  }
  const length = announced === undefined ? body.length : Number(announced);
  if (!Number.isInteger(length) || length < 0 || length > body.length)
    throw new ApiError(
      'bad_request',
      `${HEADER_LENGTH} must be a number of bytes within the body of ${body.length}`,
    );
  const json = body.toString('utf8', 0, length);
  const tail = body.subarray(length);
  received.rawBody = tail.length === 0 ? json : body;
  if (length === 0) return { header: undefined, tail };
  if (isTooDeep(json))
    throw new ApiError('bad_request', `the body nests more than ${JSON_DEPTH} lists and objects`);
  const header = parsedHeader(json);
  const part = definedPart(shape, header);
  if (part !== header) {
    // Filled up to its announced length, so that the record can be read again.
    const text = Buffer.from(partText(part ?? {}).padEnd(length));
    received.rawBody = tail.length === 0 ? text.toString() : Buffer.concat([text, tail]);
  }
  return { header, tail };
}

function parsedHeader(json: string): unknown {
  try {
    return parseTensorJson(json.startsWith('\ufeff') ? json.slice(1) : json);
  } catch (cause) {
    throw new ApiError('bad_request', 'the body is not JSON', { cause });
  }
}

/**
 * The protocol's "Inference Response JSON Object", followed by the tensors that were requested as binary. Values that
 * JSON does not have become null.
 */
function answerOf(inference: Inference, request: V2Request): Answer {
  const tail: Buffer[] = [];
  const outputs = inference.outputs.map((output, i) => {
    const tensor = asRequested(output, request.outputs[i], inference.signature);
    const binary = request.outputs[i]?.binary ?? request.binaryByDefault;
    if (!binary) return outputText(tensor, `"data":${flatJson(tensor)}`);
    const bytes = tensorToBytes(tensor);
    tail.push(bytes);
    return outputText(tensor, `"parameters":{"binary_data_size":${bytes.length}}`);
  });
  const members = [
    `"model_name":${JSON.stringify(inference.model)}`,
    `"model_version":"${inference.version}"`,
    ...(request.id === undefined ? [] : [`"id":${JSON.stringify(request.id)}`]),
    ...(inference.outOfRange.length === 0
      ? []
      : [`"parameters":${JSON.stringify({ out_of_range: outOfRangeText(inference) })}`]),
    `"outputs":[${outputs.join()}]`,
  ];
  const json = `{${members.join()}}`;
  if (tail.length === 0) return { body: json, headers: JSON_HEADERS };
  const head = Buffer.from(json);
  return {
    body: Buffer.concat([head, ...tail]),
    headers: { 'content-type': 'application/octet-stream', [HEADER_LENGTH]: String(head.length) },
  };
}

/** An output as it was asked for: under the name of the request, classified if that was wanted. */
export function asRequested(
  output: Tensor,
  asked: Pick<RequestedOutput, 'name' | 'classification'> | undefined,
  signature: Signature,
): Tensor {
  if (!asked) return output;
  const { name, classification } = asked;
  const tensor = name === output.name ? output : { ...output, name };
  return classification === undefined ? tensor : classified(tensor, classification, signature);
}

const JSON_HEADERS = { 'content-type': JSON_TYPE };

/** A parameter is one string, number or boolean, so the list is sent as JSON text. */
export const outOfRangeText = (inference: Inference): string => JSON.stringify(inference.outOfRange);

const outputText = ({ name, datatype, shape }: Tensor, rest: string): string =>
  `{"name":${JSON.stringify(name)},"datatype":"${datatype}","shape":[${shape.join()}],${rest}}`;
