import { channel } from 'node:diagnostics_channel';
import type { PredictionFacts } from './recorded-facts.js';
import type { ErrorCode } from './errors.js';

/**
 * What the rooms of the server tell those who watch it, metrics and traces, without knowing them. They are
 * told where it happened: a listener runs in the asynchronous context of the call, at once.
 */
export interface Event<T extends object> {
  /** Whether to go to the trouble of timing what the event tells. */
  readonly isWatched: boolean;
  publish(event: T): void;
  subscribe(listener: (event: T) => void): void;
}

/** A model has computed, or failed to, for one request; told in the asynchronous context of that request. */
export interface Inferred {
  readonly model: string;
  readonly version: number;
  readonly rows: number;
  /** `performance.now()` of the beginning and the end, with the wait for a batch between them. */
  readonly startedAt: number;
  readonly endedAt: number;
  readonly failed: boolean;
}

/** A model was called for one batch of requests. */
export interface BatchRan {
  readonly model: string;
  readonly rows: number;
  readonly requests: number;
}

/** A group of audit records was written to disk, or could not be. */
export interface AuditCommitted {
  readonly records: number;
  readonly milliseconds: number;
  readonly failed: boolean;
}

/** A call has waited for its audit record; told in the asynchronous context of the call. */
export interface AuditAppended {
  /** `performance.now()` of the beginning and the end. */
  readonly startedAt: number;
  readonly endedAt: number;
  readonly failed: boolean;
}

/** A gRPC call was answered. HTTP has its hooks; gRPC has this. */
export interface GrpcAnswered {
  /** The path of the method: `/inference.GRPCInferenceService/ModelInfer`. */
  readonly method: string;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly prediction?: PredictionFacts;
  /** Undefined where the call succeeded. */
  readonly error?: ErrorCode;
  /** `performance.now()` of the beginning and the end. */
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
