import { applyDecorators } from '@nestjs/common';
import type { ErrorFormat } from '../../common/error-format.js';
import { parseExactJson } from '../../common/exact-json.js';
import { RouteSettings } from '../../common/route-config.js';
import type { Signature } from '../../inference/model.js';
import type { Inference, InferenceRequest } from '../data-plane.js';
import { type BodyShape, definedPart, partText } from '../defined-part.js';

/** The body of a response, JSON text or bytes, and the headers that describe it. */
export interface Answer {
  readonly body: string | Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

/** One request: how its body becomes a batch, and how the results become the response. */
export interface Exchange {
  /** @throws ApiError `invalid_input` or `validation_failed` if the body does not fit the signature */
  readonly decode: (signature: Signature) => InferenceRequest;
  readonly encode: (inference: Inference) => Answer;
}

export type Headers = Readonly<Record<string, unknown>>;

/** A body after the body parser: parsed JSON, text of another type, or bytes. A FastifyRequest is one. */
export interface ReceivedBody {
  readonly body: unknown;
  readonly headers: Headers;
  /** The body for the audit record. A protocol may correct it. */
  rawBody?: string | Buffer;
}

/** What the audit trail and the metrics need of a protocol, for any transport. */
export interface Protocol {
  /** The value of `protocol` in audit records and metrics. */
  readonly name: string;
  /**
   * Reads the request of an audit record again.
   * @param content as recorded: text, or bytes (on PostgreSQL, whose column is text, JSON with base64)
   * @throws ApiError or SyntaxError if it is not a body of this protocol
   */
  recorded(content: string | Buffer, headers: Headers): Exchange;
}

/** The OpenAPI description of a prediction by one model. */
export interface ModelOperation {
  /** The operation's id, before the model's name. */
  readonly id: string;
  /** Ends before the model's name. */
  readonly summary: string;
  /** Schemas of the body and the response. */
  readonly body: Readonly<Record<string, unknown>>;
  readonly answer: Readonly<Record<string, unknown>>;
  readonly example: unknown;
}

/** A protocol over HTTP. {@link Speaks} puts it into the route config of its controllers. */
export interface HttpProtocol extends Protocol {
  readonly errors: ErrorFormat;
  /** Below this path the protocol also answers requests that match no route. */
  readonly prefix?: string;
  /** What the protocol defines of a body. Nothing else of it is recorded. */
  readonly shape: BodyShape;
  /** `parseExactJson` unless given. @throws SyntaxError */
  readonly parseJson?: (text: string) => unknown;
  /** True if bodies of the type `text/csv` are read as text. */
  readonly takesCsv?: boolean;
  /** True if the codec judges the type of a body; else it is JSON. */
  readonly anyMediaType?: boolean;
  /** @throws ApiError if the body is not one of this protocol */
  read(received: ReceivedBody): Exchange;
  /** By the route's path, in which `{name}` stands for the model's name. */
  modelOperations?(signature: Signature): Readonly<Record<string, ModelOperation>>;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    readonly protocol?: HttpProtocol;
  }
}

/** The routes of the controller use this protocol for bodies, errors, records and metrics. */
export const Speaks = (protocol: HttpProtocol): ClassDecorator & MethodDecorator =>
  applyDecorators(RouteSettings({ protocol, errorFormat: protocol.errors }));

/** Leaves out of the record what the protocol does not define of a body. */
export function keepDefined(received: ReceivedBody, shape: BodyShape, body = received.body): void {
  const part = definedPart(shape, body);
  if (part !== body) received.rawBody = part === undefined ? undefined : partText(part);
}

/** As {@link keepDefined}, for a body that was refused, of which only values of the model's features are kept. */
export function keepRefused(received: ReceivedBody, shape: BodyShape, names: ReadonlySet<string>): void {
  const { rawBody } = received;
  received.rawBody = undefined;
  if (typeof rawBody !== 'string') return;
  try {
    const part = definedPart(shape, parseExactJson(rawBody), names);
    if (typeof part === 'object' && part !== null) received.rawBody = partText(part);
  } catch {
    // Text that is not JSON is not defined at all.
  }
}

/** {@link Protocol.recorded} for a protocol whose bodies are JSON text. */
export const recordedJson =
  (read: HttpProtocol['read']): Protocol['recorded'] =>
  (content, headers) =>
    read({ body: parseExactJson(content.toString()), headers });
