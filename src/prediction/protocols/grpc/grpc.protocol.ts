import { type ApiError, ERRORS } from '../../../common/errors.js';
import type { Exchange, Protocol } from '../protocol.js';
import { decodeRequest } from '../v2/v2.request.js';
import {
  type InferRequestMessage,
  inferResponse,
  messageText,
  recordedMessage,
  requestedOutputs,
  tensorsOf,
} from './messages.js';

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
        body: messageText(inferResponse(message, inference)),
        headers: {},
      }),
    };
  },
};

/** @throws ApiError `invalid_input` naming the tensor */
export const decodeMessage = (message: InferRequestMessage): Exchange['decode'] =>
  decodeRequest({ inputs: tensorsOf(message), outputs: requestedOutputs(message) });
