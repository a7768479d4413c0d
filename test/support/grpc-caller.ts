import { join } from 'node:path';
import grpc from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { PROJECT_DIR } from './program.js';

const definition = loadSync(join(PROJECT_DIR, 'proto', 'inference.proto'), { keepCase: true, longs: String });
const Service = grpc.makeGenericClientConstructor(
  definition['inference.GRPCInferenceService'] as grpc.ServiceDefinition,
  'inference',
);

type Unary = (
  message: object,
  metadata: grpc.Metadata,
  done: (error: grpc.ServiceError | null, answer?: object) => void,
) => void;

/** Makes one call of the inference service. @returns its status code; 0 is OK */
export async function callGrpc(
  port: number,
  method: string,
  message: object,
  headers: Readonly<Record<string, string>>,
): Promise<number> {
  const client = new Service(`127.0.0.1:${port}`, grpc.credentials.createInsecure());
  const metadata = new grpc.Metadata();
  for (const [name, value] of Object.entries(headers)) metadata.set(name, value);
  const code = await new Promise<number>((resolve) =>
    (client as unknown as Record<string, Unary>)[method](message, metadata, (error) =>
      resolve(error?.code ?? 0),
    ),
  );
  client.close();
  return code;
}

/** Makes one call that must succeed. @returns its answer, with 64-bit integers as text */
export async function askGrpc(port: number, method: string, message: object, token: string): Promise<object> {
  const client = new Service(`127.0.0.1:${port}`, grpc.credentials.createInsecure());
  const metadata = new grpc.Metadata();
  metadata.set('authorization', `Bearer ${token}`);
  try {
    return await new Promise<object>((resolve, reject) =>
      (client as unknown as Record<string, Unary>)[method](message, metadata, (error, answer) =>
        error ? reject(error) : resolve(answer!),
      ),
    );
  } finally {
    client.close();
  }
}
