import { contentText } from '../trail/audit-draft.js';
import type { AuditRecord } from '../trail/audit-record.entity.js';
import type { Inference, InferenceRequest } from '../prediction/data-plane.js';
import { jsonBytes } from '../prediction/protocols/grpc/grpc-call.js';
import { inferResponse, recordedMessage, tensorsOf } from '../prediction/protocols/grpc/messages.js';
import { decodeRow, encodeRow } from '../prediction/protocols/reference/reference.codec.js';
import { decodeInstances, encodePredictions } from '../prediction/protocols/v1/v1.codec.js';
import { decodeRequest, readRequest } from '../prediction/protocols/v2/v2.request.js';
import { encodeAnswer } from '../prediction/protocols/v2/v2.response.js';
import type { Signature } from '../inference/model.js';

/** A request as its record has it, read again by the protocol in which it came. */
export interface RecordedRequest {
  /** @throws ApiError where the values do not fit the signature */
  readonly decode: (signature: Signature) => InferenceRequest;
  /** The answer as a record has it. */
  readonly render: (inference: Inference) => string;
}

/**
 * Reads the request of a prediction's record.
 * @returns undefined where there is none, or its route has no protocol
 * @throws ApiError or SyntaxError where the body is not one of its protocol
 */
export function recordedRequest({
  method,
  route,
  request,
  requestHeaders,
}: Pick<AuditRecord, 'method' | 'route' | 'request' | 'requestHeaders'>): RecordedRequest | undefined {
  if (request === null || route === null) return undefined;
  if (route.startsWith('/v2/')) return v2(request, requestHeaders);
  const text = request.toString();
  if (method === 'gRPC') return grpc(text);
  if (route === '/regression') return { decode: decodeRow(JSON.parse(text)), render: encodeRow };
  return route.startsWith('/v1/')
    ? { decode: decodeInstances(JSON.parse(text)), render: encodePredictions }
    : undefined;
}

function v2(content: string | Buffer, headers: string | null): RecordedRequest {
  const body = bytesOf(content);
  const request = body ? binaryRequest(body, headers) : readRequest(JSON.parse(content as string), NO_BYTES);
  return {
    decode: decodeRequest(request),
    render: (inference) => {
      const { json, tail } = encodeAnswer(inference, request);
      return tail.length === 0 ? json : contentText(Buffer.concat([Buffer.from(json), ...tail]))!;
    },
  };
}

const NO_BYTES = new Uint8Array();

/** The bytes of a content with binary tensors: as they are, or in base64 where the database takes text only. */
function bytesOf(content: string | Buffer): Buffer | undefined {
  if (Buffer.isBuffer(content)) return content;
  const { binary } = JSON.parse(content) as { binary?: unknown };
  return typeof binary === 'string' ? Buffer.from(binary, 'base64') : undefined;
}

function binaryRequest(body: Buffer, headers: string | null): ReturnType<typeof readRequest> {
  const { 'inference-header-content-length': length } = JSON.parse(headers ?? '{}') as Record<
    string,
    unknown
  >;
  const at = Number(length);
  return readRequest(JSON.parse(body.toString('utf8', 0, at)), body.subarray(at));
}

function grpc(text: string): RecordedRequest {
  const message = recordedMessage(text);
  return {
    decode: decodeRequest({ inputs: tensorsOf(message), outputs: message.outputs }),
    render: (inference) => JSON.stringify(inferResponse(message, inference), jsonBytes),
  };
}
