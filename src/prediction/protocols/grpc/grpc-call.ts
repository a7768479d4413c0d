import type { handleUnaryCall, Metadata, sendUnaryData, ServerUnaryCall } from '@grpc/grpc-js';
import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { bearerToken } from '../../../auth/gate/bearer-token.js';
import { Gate } from '../../../auth/gate/gate.js';
import type { Scope } from '../../../auth/gate/scopes.js';
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
    return (incoming, answer) => void this.handle(incoming, answer, access, handler);
  }

  private async handle<Request, Response>(
    incoming: ServerUnaryCall<Request, Response>,
    answer: sendUnaryData<Response>,
    access: GrpcAccess<Request>,
    handler: Handler<Request, Response>,
  ): Promise<void> {
    const call = callOf(incoming, access.public === true);
    if (access.administers) {
      const name = access.model?.(call.message);
      call.administration = { action: access.administers, target: name, model: name ? { name } : undefined };
    }
    incoming.sendMetadata(requestIdMetadata(incoming.metadata, call.id));
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
      const error =
        thrown instanceof ApiError
          ? thrown
          : (unavailable(thrown) ?? new ApiError('internal', undefined, { cause: thrown }));
      logFailure(this.logger, call, error);
      this.recorder.failed(call, { status: error.status, error: error.code });
      answer(GRPC.errors(error));
      this.tell(call, error);
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

function callOf<Request, Response>(
  incoming: ServerUnaryCall<Request, Response>,
  probe: boolean,
): GrpcCall<Request> {
  const path = incoming.getPath();
  return {
    id: requestIdOf(incoming.metadata.get(REQUEST_ID)[0]),
    address: incoming
      .getPeer()
      .replace(/:\d+$/, '')
      .replace(/^\[(.*)\]$/, '$1'),
    method: 'gRPC',
    url: path,
    routeOptions: { url: path, config: { protocol: GRPC, recording: { probe } } },
    headers: incoming.metadata.getMap(),
    body: undefined,
    arrivedAt: performance.now(),
    message: incoming.request,
  };
}
