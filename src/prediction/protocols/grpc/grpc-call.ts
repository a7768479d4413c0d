import type { handleUnaryCall, sendUnaryData, ServerUnaryCall } from '@grpc/grpc-js';
import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { AccessService } from '../../../auth/gate/access.service.js';
import { bearerToken } from '../../../auth/gate/access.guard.js';
import { RateLimiter } from '../../../auth/gate/rate-limiter.js';
import type { Scope } from '../../../auth/gate/scopes.js';
import { ApiError, type ErrorCode } from '../../../common/errors.js';
import { grpcAnswered } from '../../../common/events.js';
import { LOGGER } from '../../../common/logger.module.js';
import { newRequestId } from '../../../common/request-id.js';
import type { Principal } from '../../../common/principal.js';
import type { AdministrationFacts, PredictionFacts } from '../../../common/recorded-facts.js';
import { AuditTrail } from '../../../trail/audit-trail.js';
import { logFailure } from '../../../logging/log-failure.js';
import { type RecordedCall, requestRecord } from '../../../logging/request-record.js';
import { GRPC, jsonBytes } from './grpc.protocol.js';

/** A call as its handler sees it, and as its audit record will. */
export interface GrpcCall<Request> extends RecordedCall {
  readonly message: Request;
  prediction?: PredictionFacts;
  rawBody?: string;
  user?: Principal;
  administration?: AdministrationFacts;
}

export interface GrpcAccess<Request> {
  readonly public?: boolean;
  readonly scope?: Scope;
  /** The model that the call is about. */
  readonly model?: (message: Request) => string;
  readonly isPrediction?: boolean;
  /** The act of administration that the call is, as for REST's `@Administers`. */
  readonly administers?: string;
}

type Handler<Request, Response> = (call: GrpcCall<Request>) => Response | Promise<Response>;

/** What guards, interceptor and filter do for REST: token, scope, limit, record, errors in the caller's protocol. */
@Injectable()
export class GrpcCalls {
  constructor(
    private readonly access: AccessService,
    private readonly limiter: RateLimiter,
    private readonly trail: AuditTrail,
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
    const call = callOf(incoming);
    if (access.administers)
      call.administration = { action: access.administers, target: access.model?.(call.message) };
    try {
      await this.admit(call, access);
      const response = await handler(call);
      const entry = requestRecord(call, {
        status: 200,
        response: access.isPrediction ? JSON.stringify(response, jsonBytes) : undefined,
      });
      if (access.isPrediction || access.administers) await this.trail.append(entry);
      else if (!access.public) this.trail.note(entry);
      answer(null, response);
      tell(call);
    } catch (thrown) {
      const error =
        thrown instanceof ApiError ? thrown : new ApiError('internal', undefined, { cause: thrown });
      logFailure(this.logger, call.id, error);
      if (error.code !== 'audit_unavailable')
        this.trail.note(requestRecord(call, { status: error.status, error: error.code }));
      answer(GRPC.errors(error));
      tell(call, error.code);
    }
  }

  private async admit<Request>(call: GrpcCall<Request>, access: GrpcAccess<Request>): Promise<void> {
    if (access.public) return;
    const token = bearerToken({
      headers: { authorization: call.headers.authorization as string | undefined },
    });
    if (token === undefined) throw new ApiError('not_authenticated');
    call.user = await this.access.authenticate(token);
    if (access.scope) this.access.demand(call.user, access.scope, access.model?.(call.message));
    if (access.isPrediction) await this.limiter.hit('prediction', call.user.userId);
  }
}

function tell(call: GrpcCall<unknown>, error?: ErrorCode): void {
  const { url: method, headers, prediction, arrivedAt: startedAt } = call;
  grpcAnswered.publish({ method, headers, prediction, error, startedAt, endedAt: performance.now() });
}

function callOf<Request, Response>(incoming: ServerUnaryCall<Request, Response>): GrpcCall<Request> {
  const path = incoming.getPath();
  return {
    id: newRequestId(),
    ip: incoming
      .getPeer()
      .replace(/:\d+$/, '')
      .replace(/^\[(.*)\]$/, '$1'),
    method: 'gRPC',
    url: path,
    routeOptions: { url: path, config: { protocol: GRPC } },
    headers: incoming.metadata.getMap(),
    body: undefined,
    arrivedAt: performance.now(),
    message: incoming.request,
  };
}
