import { join } from 'node:path';
import grpc from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { PROJECT_DIR } from './program.js';

const definition = loadSync(join(PROJECT_DIR, 'proto/inference.proto'), {
  keepCase: true,
  longs: String,
  defaults: true,
  arrays: true,
});
const Service = grpc.makeGenericClientConstructor(
  definition['inference.GRPCInferenceService'] as grpc.ServiceDefinition,
  'inference',
);

/** The fields of the responses that the tests read. */
export interface Message {
  readonly name: string;
  readonly datatype: string;
  readonly shape: readonly string[];
  readonly contents: Readonly<Record<string, unknown>> | null;
  readonly inputs: readonly Message[];
  readonly outputs: readonly Message[];
  readonly models: readonly Message[];
  readonly raw_output_contents: readonly Buffer[];
}
type Unary = (
  message: object,
  metadata: grpc.Metadata,
  done: (error: grpc.ServiceError | null, answer: Message) => void,
) => void;

export const withToken = (token: string): grpc.Metadata => {
  const metadata = new grpc.Metadata();
  metadata.set('authorization', `Bearer ${token}`);
  return metadata;
};

export const PATIENT = [3, 102, 44, 20, 94, 30.8, 0.4, 26];

/** A ModelInfer request for one patient. */
export const patient = (datatype = 'FP64', contents: object = { fp64_contents: PATIENT }) => ({
  model_name: 'diabetes',
  inputs: [{ name: 'x', datatype, shape: [1, 8], contents }],
});

/** A gRPC client that sends a token with each call unless told otherwise. */
export class InferenceClient {
  private readonly client: grpc.Client;

  constructor(
    port: number,
    private readonly token: string,
  ) {
    this.client = new Service(`127.0.0.1:${port}`, grpc.credentials.createInsecure(), {
      'grpc.max_send_message_length': -1,
    });
  }

  /** The `x-request-id` in the metadata of the answer. */
  requestIdOf(method: string, message: object, metadata: grpc.Metadata): Promise<unknown> {
    type Call = (message: object, metadata: grpc.Metadata, done: () => void) => grpc.ClientUnaryCall;
    return new Promise((resolve) =>
      (this.client as unknown as Record<string, Call>)
        [method](message, metadata, () => undefined)
        .on('metadata', (received: grpc.Metadata) => resolve(received.get('x-request-id')[0])),
    );
  }

  readonly call = (
    method: string,
    message: object = {},
    metadata = withToken(this.token),
  ): Promise<Message> =>
    new Promise((resolve, reject) =>
      (this.client as unknown as Record<string, Unary>)[method](message, metadata, (error, answer) =>
        error ? reject(error) : resolve(answer),
      ),
    );

  /** The status and message of a call that must fail. */
  readonly refusal = (
    method: string,
    message?: object,
    metadata?: grpc.Metadata,
  ): Promise<[grpc.status, string]> =>
    this.call(method, message, metadata).then(
      (answer) => Promise.reject(new Error(`answered ${JSON.stringify(answer)}`)),
      (error: grpc.ServiceError) => [error.code, error.details],
    );

  close(): void {
    this.client.close();
  }
}
