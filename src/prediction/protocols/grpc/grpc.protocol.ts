import { type ApiError, ERRORS } from '../../../common/errors.js';
import type { Exchange, Protocol } from '../protocol.js';
import { decodeRequest } from '../v2/v2.request.js';
import { type InferRequestMessage, inferResponse, recordedMessage, tensorsOf } from './messages.js';

/** A gRPC status: its number and its message. */
export interface GrpcStatus {
  readonly code: number;
  readonly details: string;
}

/** The Open Inference Protocol V2 over gRPC. */
export const GRPC: Protocol & { readonly errors: (error: ApiError) => GrpcStatus } = {
  name: 'grpc',
  errors: ({ code, detail }) => ({ code: ERRORS[code].grpc, details: detail }),
  recorded: (content): Exchange => {
    const message = recordedMessage(content.toString());
    return {
      decode: decodeMessage(message),
      encode: (inference) => ({
        body: JSON.stringify(inferResponse(message, inference), jsonBytes),
        headers: {},
      }),
    };
  },
};

/** @throws ApiError `invalid_input` naming the tensor */
export const decodeMessage = (message: InferRequestMessage): Exchange['decode'] =>
  decodeRequest({ inputs: tensorsOf(message), outputs: message.outputs });

/** A replacer for `JSON.stringify` that writes bytes in base64, as audit records have them. */
export function jsonBytes(_key: string, value: unknown): unknown {
  const buffer = value as { type?: unknown; data?: number[] } | null;
  return buffer !== null && typeof buffer === 'object' && buffer.type === 'Buffer'
    ? Buffer.from(buffer.data!).toString('base64')
    : value;
}
