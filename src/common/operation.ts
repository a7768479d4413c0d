import { applyDecorators, HttpCode } from '@nestjs/common';
import { ApiExtension, ApiOperation, ApiResponse } from '@nestjs/swagger';
import type { z } from 'zod';
import { documented } from './components.js';
import { type ErrorFormat, PROBLEM_DETAILS } from './error-format.js';
import type { ErrorCode } from './errors.js';
import { bodySchemaOf, RouteSettings } from './route-config.js';

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
  /** Status of a successful response; default: 200. */
  readonly status?: number;
  /** Description of the successful response: "The quota". */
  readonly returns: string;
  /** JSON body of the successful response. */
  readonly schema?: z.ZodType;
  /** Body of the successful response in other media types. */
  readonly content?: Content;
  /** Descriptions of headers of the successful response. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Errors of the handler. Those of access, parameters and body are added automatically. */
  readonly errors?: readonly ErrorCode[];
  /** Default: RFC 9457. */
  readonly format?: ErrorFormat;
}

/** The parts that are added when the document is assembled. */
export interface OperationRest {
  readonly body?: OperationBody;
  readonly format: ErrorFormat;
  readonly codes: readonly ErrorCode[];
}

const FORM = 'application/x-www-form-urlencoded';

/** The operation's key for {@link restOf} until the document is assembled. */
export const OPERATION_EXTENSION = 'x-operation';

/** Not part of the metadata, because @nestjs/swagger clones it, and schemas are recognised by identity. */
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
    const bodySchema = bodySchemaOf(target, method) ?? body?.content[FORM];
    if (bodySchema) RouteSettings({ bodySchema })(target, method, descriptor);
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

/** Media types with their schemas, for the document. */
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
