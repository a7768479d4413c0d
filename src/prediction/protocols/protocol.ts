import { applyDecorators } from '@nestjs/common';
import type { ErrorFormat } from '../../common/error-format.js';
import { RouteSettings } from '../../common/route-config.js';
import type { Signature } from '../../inference/model.js';
import type { Inference, InferenceRequest } from '../data-plane.js';

/** The body of an answer, JSON text or bytes, and the headers that describe it. */
export interface Answer {
  readonly body: string | Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

/** One call: how its body becomes a batch, and how the results become its answer. */
export interface Exchange {
  /** @throws ApiError `invalid_input` or `validation_failed` where the body does not fit the signature */
  readonly decode: (signature: Signature) => InferenceRequest;
  readonly encode: (inference: Inference) => Answer;
}

export type Headers = Readonly<Record<string, unknown>>;

/** A body as the body parser left it: parsed JSON, text of another type, or bytes. A FastifyRequest is one. */
export interface ReceivedBody {
  readonly body: unknown;
  readonly headers: Headers;
  /** What the audit record holds of the body. A protocol may correct it. */
  rawBody?: string | Buffer;
}

/** What the audit trail and the metrics need to know of a protocol, over whatever transport it comes. */
export interface Protocol {
  /** The `protocol` of audit records and metrics. */
  readonly name: string;
  /**
   * Reads the request of an audit record again.
   * @param content as recorded: text, or bytes (on PostgreSQL, where the column holds text, JSON with base64)
   * @throws ApiError or SyntaxError where it is not a body of this protocol
   */
  recorded(content: string | Buffer, headers: Headers): Exchange;
}

/** How the OpenAPI document describes a prediction by one model. */
export interface ModelOperation {
  /** The operation's id, before the model's name. */
  readonly id: string;
  /** Ends before the model's name. */
  readonly summary: string;
  /** Schemas of the body and of the answer. */
  readonly body: Readonly<Record<string, unknown>>;
  readonly answer: Readonly<Record<string, unknown>>;
  readonly example: unknown;
}

/** A protocol over HTTP. Its controller carries it in the route config through {@link Speaks}. */
export interface HttpProtocol extends Protocol {
  readonly errors: ErrorFormat;
  /** Below this path the protocol also answers requests that match no route. */
  readonly prefix?: string;
  /** `JSON.parse` unless given. @throws SyntaxError */
  readonly parseJson?: (text: string) => unknown;
  /** True if bodies of the type `text/csv` are read as text. */
  readonly takesCsv?: boolean;
  /** @throws ApiError where the body is not one of this protocol */
  read(received: ReceivedBody): Exchange;
  /** By the path of the route that serves it, in which `{name}` stands for the model's name. */
  modelOperations?(signature: Signature): Readonly<Record<string, ModelOperation>>;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    readonly protocol?: HttpProtocol;
  }
}

/** The routes of a controller speak this protocol: bodies, errors, records and metrics follow it. */
export const Speaks = (protocol: HttpProtocol): ClassDecorator & MethodDecorator =>
  applyDecorators(RouteSettings({ protocol, errorFormat: protocol.errors }));

/** {@link Protocol.recorded} of a protocol whose bodies are JSON text. */
export const recordedJson =
  (read: HttpProtocol['read']): Protocol['recorded'] =>
  (content, headers) =>
    read({ body: JSON.parse(content.toString()) as unknown, headers });
