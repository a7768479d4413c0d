import { applyDecorators, HttpCode } from '@nestjs/common';
import { ApiExtension, ApiOperation, ApiResponse } from '@nestjs/swagger';
import type { z } from 'zod';
import { documented } from './components.js';
import { type ErrorFormat, PROBLEM_DETAILS } from './error-format.js';
import type { ErrorCode } from './errors.js';

/** Schemas of a body by its media types. */
export type Content = Readonly<Record<string, z.ZodType>>;

export interface OperationBody {
  readonly description?: string;
  readonly content: Content;
  /** Values to send, by name. */
  readonly examples?: Readonly<Record<string, unknown>>;
}

export interface OperationOptions {
  readonly summary: string;
  readonly description?: string;
  /** A body that is not declared with `@Body({ schema })`: a form or a file. */
  readonly body?: OperationBody;
  /** Of the answer that says that it worked; 200 unless given. */
  readonly status?: number;
  /** What that answer is: "The quota". */
  readonly returns: string;
  /** Its JSON body. */
  readonly schema?: z.ZodType;
  /** Its body in other media types. */
  readonly content?: Content;
  /** Descriptions of its headers. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Errors that the handler can answer. Those of access, of parameters and of the body are added by themselves. */
  readonly errors?: readonly ErrorCode[];
  /** RFC 9457 unless given. */
  readonly format?: ErrorFormat;
}

/** What is left to describe when the document is assembled. */
export interface OperationRest {
  readonly body?: OperationBody;
  readonly format: ErrorFormat;
  readonly codes: readonly ErrorCode[];
}

/** Names an operation for {@link restOf} until the document is assembled. */
export const OPERATION_EXTENSION = 'x-operation';

/** Kept beside the metadata that @nestjs/swagger clones: schemas are known by their identity. */
const REST = new Map<string, OperationRest>();

export const restOf = (key: string): OperationRest => REST.get(key)!;

/**
 * Describes a route in the OpenAPI document, whose operation id is the method's name, and sets its status. Parameters
 * and JSON bodies are described by the schemas of `@Param`, `@Query` and `@Body`.
 */
export function Operation(options: OperationOptions): MethodDecorator {
  const { summary, description, body, status = 200, returns, schema, content, headers } = options;
  const { format = PROBLEM_DETAILS, errors: codes = [] } = options;
  const describe: MethodDecorator = (target, method, descriptor) => {
    const key = `${target.constructor.name}.${String(method)}`;
    REST.set(key, { body, format, codes });
    ApiExtension(OPERATION_EXTENSION, key)(target, method, descriptor);
  };
  return applyDecorators(
    describe,
    HttpCode(status),
    ApiOperation({ summary, description }),
    ApiResponse({
      status,
      description: returns,
      ...(headers && { headers: textHeaders(headers) }),
      ...(schema && { standardSchema: schema }),
      ...(content && { content: contentOf(content, 'output') }),
    }),
  );
}

/** Media types with their schemas, as the document holds them. */
export const contentOf = (
  content: Content,
  io: 'input' | 'output',
  examples?: OperationBody['examples'],
): Record<string, { schema: object }> =>
  Object.fromEntries(
    Object.entries(content).map(([type, schema]) => [
      type,
      {
        schema: documented(schema, io),
        ...(examples && {
          examples: Object.fromEntries(Object.entries(examples).map(([name, value]) => [name, { value }])),
        }),
      },
    ]),
  );

const textHeaders = (headers: Readonly<Record<string, string>>): Record<string, object> =>
  Object.fromEntries(
    Object.entries(headers).map(([name, description]) => [name, { description, schema: { type: 'string' } }]),
  );
