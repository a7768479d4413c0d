import { channel } from 'node:diagnostics_channel';
import type { PredictionFacts } from './recorded-facts.js';
import type { ErrorCode } from './errors.js';

/**
 * Events that modules publish for metrics and tracing, so that they depend on neither. A listener runs
 * synchronously, in the asynchronous context of the publisher.
 */
export interface Event<T extends object> {
  /** False if no one listens, so that the publisher can skip timing. */
  readonly isWatched: boolean;
  publish(event: T): void;
  subscribe(listener: (event: T) => void): void;
}

/** A model computed a request, or failed to. Published in the asynchronous context of the request. */
export interface Inferred {
  readonly model: string;
  readonly version: number;
  readonly rows: number;
  /** `performance.now()` at start and end, including the wait for a batch. */
  readonly startedAt: number;
  readonly endedAt: number;
  readonly failed: boolean;
}

/** A model ran for one batch of requests. */
export interface BatchRan {
  readonly model: string;
  readonly version: number;
  /** How long the model computed. */
  readonly milliseconds: number;
  readonly rows: number;
  readonly requests: number;
}

/** A group of audit records was written to disk, or failed. */
export interface AuditCommitted {
  readonly records: number;
  readonly milliseconds: number;
  readonly failed: boolean;
}

/** A request waited for its audit record. Published in the asynchronous context of the request. */
export interface AuditAppended {
  /** `performance.now()` at start and end. */
  readonly startedAt: number;
  readonly endedAt: number;
  readonly failed: boolean;
}

/** A gRPC call was answered. (For HTTP, Fastify has hooks.) */
export interface GrpcAnswered {
  /** The path of the method: `/inference.GRPCInferenceService/ModelInfer`. */
  readonly method: string;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly prediction?: PredictionFacts;
  /** Undefined if the call succeeded. */
  readonly error?: ErrorCode;
  /** `performance.now()` at start and end. */
  readonly startedAt: number;
  readonly endedAt: number;
}

export const inferred: Event<Inferred> = event('inferred');
export const batchRan: Event<BatchRan> = event('batch-ran');
export const auditCommitted: Event<AuditCommitted> = event('audit-committed');
export const auditAppended: Event<AuditAppended> = event('audit-appended');
export const grpcAnswered: Event<GrpcAnswered> = event('grpc-answered');

function event<T extends object>(name: string): Event<T> {
  const underlying = channel(`modelgate:${name}`);
  return {
    get isWatched() {
      return underlying.hasSubscribers;
    },
    publish: (message) => underlying.publish(message),
    subscribe: (listener) => underlying.subscribe((message) => listener(message as T)),
  };
}
