import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { Server, ServiceDefinition } from '@grpc/grpc-js';
import { ApiError, StartError } from '../../../common/errors.js';
import type { Config } from '../../../config/config.js';
import { CONFIG } from '../../../config/config.module.js';
import { PROGRAM_DIR } from '../../../common/program.js';
import { DataPlane } from '../../data-plane.js';
import { predict } from '../../predictions.js';
import { refuseParameters } from '../v2/repository-request.js';
import { V2Service } from '../v2/v2.service.js';
import { SERVER_METADATA } from '../v2/v2.views.js';
import { decodeMessage } from './grpc.protocol.js';
import { type GrpcCall, GrpcCalls } from './grpc-call.js';
import { metadataGate } from './metadata-gate.js';
import { type InferRequestMessage, inferResponse, messageText } from './messages.js';

interface NameAndVersion {
  readonly name: string;
  readonly version: string;
}

/** Triton's client names the model in the second field, KServe's in the first. */
interface RepositoryRequest {
  readonly repository_name: string;
  readonly model_name: string;
}

const PROTOS = ['inference', 'health'].map((name) => `${PROGRAM_DIR}/proto/${name}.proto`);
const INFERENCE = 'inference.GRPCInferenceService';
const HEALTH = 'grpc.health.v1.Health';
/** Calls of one connection at once. */
const STREAMS_LIMIT = 100;
const modelOf = ({ model_name, repository_name }: RepositoryRequest): string => model_name || repository_name;

/** The Open Inference Protocol V2 over gRPC, on a port of its own. */
@Injectable()
export class GrpcServer implements OnModuleDestroy {
  private server?: Server;

  constructor(
    private readonly calls: GrpcCalls,
    private readonly v2: V2Service,
    private readonly dataPlane: DataPlane,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** @returns the listening port. @throws StartError if the port is not available */
  async listen(host: string, port: number): Promise<number> {
    const grpc = await import('@grpc/grpc-js');
    const { loadSync } = await import('@grpc/proto-loader');
    const { ReflectionService } = await import('@grpc/reflection');
    const definition = loadSync(PROTOS, { keepCase: true, longs: String, defaults: true, arrays: true });
    const handlers = this.handlers();
    const accesses = new Map(
      Object.entries(handlers).map(([name, handler]) => [
        `/${INFERENCE}/${name}`,
        this.calls.accessOf(handler),
      ]),
    );
    this.server = new grpc.Server({
      interceptors: [
        metadataGate(grpc, this.calls, (path) => accesses.get(path), this.config.requestSeconds),
      ],
      'grpc.max_concurrent_streams': STREAMS_LIMIT,
      'grpc.max_receive_message_length': this.config.bodyLimit,
      'grpc.max_send_message_length': -1,
    });
    this.server.addService(definition[INFERENCE] as ServiceDefinition, handlers);
    this.server.addService(definition[HEALTH] as ServiceDefinition, this.health());
    new ReflectionService(definition).addToServer(this.server);
    const address = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
    return new Promise((resolve, reject) =>
      this.server!.bindAsync(address, grpc.ServerCredentials.createInsecure(), (error, bound) =>
        error
          ? reject(new StartError(`cannot listen for gRPC on ${address}: ${error.message}`))
          : resolve(bound),
      ),
    );
  }

  /** Completes the calls in flight. */
  onModuleDestroy(): Promise<void> {
    return new Promise((resolve) => (this.server ? this.server.tryShutdown(() => resolve()) : resolve()));
  }

  /** `Watch` is left unimplemented, as the protocol allows: an open stream is a place that anybody could hold. */
  private health() {
    return {
      Check: this.calls.unary({ public: true }, ({ message }: GrpcCall<{ service: string }>) => {
        if (!['', INFERENCE, HEALTH].includes(message.service))
          throw new ApiError('not_found', `unknown service ${message.service.slice(0, 100)}`);
        return { status: this.v2.serverReady() ? 'SERVING' : 'NOT_SERVING' };
      }),
    };
  }

  private handlers() {
    const { calls, v2 } = this;
    const readable = { scope: 'models:read' as const, model: ({ name }: NameAndVersion) => name };
    const writable = { scope: 'models:write' as const, model: modelOf };
    return {
      ServerLive: calls.unary({ public: true }, () => ({ live: true })),
      ServerReady: calls.unary({ public: true }, () => ({ ready: v2.serverReady() })),
      ServerMetadata: calls.unary({}, () => SERVER_METADATA),
      ModelReady: calls.unary(readable, async ({ message }) => {
        await v2.modelReady(message.name, message.version);
        return { ready: true };
      }),
      ModelMetadata: calls.unary(readable, ({ message }) => v2.metadata(message.name, message.version)),
      ModelInfer: calls.unary(
        { scope: 'predict', model: ({ model_name }: InferRequestMessage) => model_name, isPrediction: true },
        (call) => this.infer(call),
      ),
      RepositoryIndex: calls.unary({}, async ({ message, user }: GrpcCall<{ ready: boolean }>) => ({
        models: await v2.index(user!, message.ready),
      })),
      ModelStatistics: calls.unary(
        { scope: 'models:read', model: ({ name }: NameAndVersion) => name || undefined, anyModel: true },
        async ({ message, user }: GrpcCall<NameAndVersion>) => ({
          model_stats: await v2.modelStatistics(
            user!,
            message.name || undefined,
            message.version || undefined,
          ),
        }),
      ),
      RepositoryModelLoad: calls.unary({ ...writable, administers: 'model.load' }, async ({ message }) => {
        refuseParameters(message, []);
        await v2.setLoaded(modelOf(message), true);
        return { model_name: modelOf(message), is_loaded: true };
      }),
      RepositoryModelUnload: calls.unary(
        { ...writable, administers: 'model.unload' },
        async ({ message }) => {
          refuseParameters(message, ['unload_dependents']);
          await v2.setLoaded(modelOf(message), false);
          return { model_name: modelOf(message), is_unloaded: true };
        },
      ),
    };
  }

  private async infer(call: GrpcCall<InferRequestMessage>): Promise<object> {
    const { message } = call;
    const { model_name: model, model_version: version } = message;
    const { inference } = await predict(this.dataPlane, call, model, version, () => {
      call.rawBody = messageText(message);
      return { decode: decodeMessage(message) };
    });
    return inferResponse(message, inference);
  }
}
