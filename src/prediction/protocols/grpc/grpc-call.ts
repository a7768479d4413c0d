import type { handleUnaryCall, Metadata, sendUnaryData, ServerUnaryCall } from '@grpc/grpc-js';
import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { bearerToken } from '../../../auth/gate/bearer-token.js';
import { Gate } from '../../../auth/gate/gate.js';
import type { Scope } from '../../../auth/gate/scopes.js';
import { callerAddress } from '../../../common/address.js';
import { ApiError } from '../../../common/errors.js';
import { unavailable } from '../../../common/unavailable.js';
import { grpcAnswered } from '../../../common/events.js';
import { LOGGER } from '../../../common/logger.module.js';
import { requestIdOf } from '../../../common/random-ids.js';
import type { Caller } from '../../../common/actor.js';
import type { AdministrationFacts, PredictionFacts } from '../../../common/recorded-facts.js';
import { AccessLog } from '../../../logging/access-log.js';
import { logFailure } from '../../../logging/log-failure.js';
import { CallRecorder } from '../../../logging/call-recorder.js';
import type { RecordedCall } from '../../../logging/request-record.js';
import { GRPC } from './grpc.protocol.js';
import { messageText } from './messages.js';

/** A call as the handler and the audit record see it. */
export interface GrpcCall<Request> extends RecordedCall {
  readonly message: Request;
  prediction?: PredictionFacts;
  rawBody?: string;
  user?: Caller;
  administration?: AdministrationFacts;
}

export interface GrpcAccess<Request> {
  readonly public?: boolean;
  readonly scope?: Scope;
  /** The model of the call. */
  readonly model?: (message: Request) => string | undefined;
  /** True if the handler determines the models, where the message names none. */
  readonly anyModel?: boolean;
  readonly isPrediction?: boolean;
  /** The act of administration, like REST's `@Administers`. */
  readonly administers?: string;
}

const REQUEST_ID = 'x-request-id';

type Handler<Request, Response> = (call: GrpcCall<Request>) => Response | Promise<Response>;

/** Asks the gate, runs the handler and records the call. The counterpart of HTTP's hook, handlers and error filter. */
@Injectable()
export class GrpcCalls {
  private readonly accesses = new WeakMap<object, GrpcAccess<never>>();

  constructor(
    private readonly gate: Gate,
    private readonly recorder: CallRecorder,
    private readonly accessLog: AccessLog,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  unary<Request, Response>(
    access: GrpcAccess<Request>,
    handler: Handler<Request, Response>,
  ): handleUnaryCall<Request, Response> {
    const unary: handleUnaryCall<Request, Response> = (incoming, answer) =>
      void this.handle(incoming, answer, access, handler);
    this.accesses.set(unary, access);
    return unary;
  }

  /** What the method of a handler of {@link unary} demands. */
  accessOf(handler: object): GrpcAccess<never> | undefined {
    return this.accesses.get(handler);
  }

  /**
   * Admits a call whose message is not read yet, as far as that can be judged without it: for any model.
   * @returns who calls
   * @throws ApiError, recorded and logged
   */
  async admitUnread(arrived: Arrived, access: GrpcAccess<never>): Promise<string> {
    const call = callOf(arrived, undefined, false);
    if (access.administers) call.administration = { action: access.administers };
    try {
      const { actor } = await this.gate.admit({
        token: bearerToken(call.headers.authorization as string | undefined),
        scope: access.scope,
        anyModel: access.scope !== undefined,
        identified: (known) => (call.user = known),
      });
      return `${actor.kind}:${actor.id}`;
    } catch (thrown) {
      throw this.fail(call, thrown);
    }
  }

  /** Records and logs the refusal of a call whose message is not read. @returns the error */
  refused(arrived: Arrived, error: ApiError): ApiError {
    return this.fail(callOf(arrived, undefined, false), error);
  }

  private fail(call: GrpcCall<unknown>, thrown: unknown): ApiError {
    const error =
      thrown instanceof ApiError
        ? thrown
        : (unavailable(thrown) ?? new ApiError('internal', undefined, { cause: thrown }));
    logFailure(this.logger, call, error);
    this.recorder.failed(call, { status: error.status, error: error.code });
    this.tell(call, error);
    return error;
  }

  private async handle<Request, Response>(
    incoming: ServerUnaryCall<Request, Response>,
    answer: sendUnaryData<Response>,
    access: GrpcAccess<Request>,
    handler: Handler<Request, Response>,
  ): Promise<void> {
    const { metadata, request } = incoming;
    const arrived = { path: incoming.getPath(), peer: incoming.getPeer(), metadata };
    const call = callOf(arrived, request, access.public === true);
    if (access.administers) {
      const name = access.model?.(call.message);
      call.administration = { action: access.administers, target: name, model: name ? { name } : undefined };
    }
    incoming.sendMetadata(requestIdMetadata(metadata, call.id));
    try {
      await this.admit(call, access);
      const response = await handler(call);
      await this.recorder.answered(call, {
        status: 200,
        response: access.isPrediction ? messageText(response as object) : undefined,
      });
      answer(null, response);
      this.tell(call);
    } catch (thrown) {
      answer(GRPC.errors(this.fail(call, thrown)));
    }
  }

  private tell(call: GrpcCall<unknown>, error?: ApiError): void {
    const { url: method, headers, prediction, arrivedAt: startedAt } = call;
    const endedAt = performance.now();
    grpcAnswered.publish({ method, headers, prediction, error: error?.code, startedAt, endedAt });
    this.accessLog.write(call, error?.status ?? 200);
  }

  private async admit<Request>(call: GrpcCall<Request>, access: GrpcAccess<Request>): Promise<void> {
    if (access.public) return;
    await this.gate.admit({
      token: bearerToken(call.headers.authorization as string | undefined),
      scope: access.scope,
      model: access.model?.(call.message),
      anyModel: access.anyModel && access.model?.(call.message) === undefined,
      limited: access.isPrediction,
      identified: (actor) => (call.user = actor),
    });
  }
}

/** @param of the call: its class makes another, since grpc-js is loaded only where it serves */
function requestIdMetadata(of: Metadata, id: string): Metadata {
  const metadata = new (of.constructor as new () => Metadata)();
  metadata.set(REQUEST_ID, id);
  return metadata;
}

/** A call as it arrives: its method, who is at the other end, and the metadata. */
export interface Arrived {
  readonly path: string;
  /** Address and port. */
  readonly peer: string;
  readonly metadata: Metadata;
}

/** @param probe true if only failures are recorded */
function callOf<Request>(
  { path, peer, metadata }: Arrived,
  message: Request,
  probe: boolean,
): GrpcCall<Request> {
  const address = peer.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1');
  return {
    id: requestIdOf(metadata.get(REQUEST_ID)[0]),
    address: callerAddress(address, undefined, () => false),
    method: 'gRPC',
    url: path,
    routeOptions: { url: path, config: { protocol: GRPC, recording: { probe } } },
    headers: metadata.getMap(),
    body: undefined,
    arrivedAt: performance.now(),
    message,
  };
}
