import { applyDecorators, HttpCode } from '@nestjs/common';
import { ApiExtension, ApiOperation, ApiResponse } from '@nestjs/swagger';
import type { z } from 'zod';
import { type ErrorFormat, PROBLEM_DETAILS } from './error-format.js';
import type { ErrorCode } from './errors.js';

export interface OperationOptions {
  readonly summary: string;
  readonly description?: string;
  /** Of the answer that says that it worked; 200 unless given. */
  readonly status?: number;
  /** What that answer is: "The quota". */
  readonly returns: string;
  /** Its JSON body. */
  readonly schema?: z.ZodType;
  /** Its body in other media types: JSON Schemas by type. */
  readonly content?: Readonly<Record<string, object>>;
  /** Descriptions of its headers. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Errors that the handler can answer. Those of access, of parameters and of the body are added by themselves. */
  readonly errors?: readonly ErrorCode[];
  /** RFC 9457 unless given. */
  readonly format?: ErrorFormat;
}

export interface OperationErrors {
  readonly format: ErrorFormat;
  readonly codes: readonly ErrorCode[];
}

/** Until the document is assembled: the key of the operation's errors, for {@link errorsOf}. */
export const ERRORS_EXTENSION = 'x-errors';

/** Kept beside the metadata that @nestjs/swagger clones: schemas are known by their identity. */
const ERRORS_BY_METHOD = new Map<string, OperationErrors>();

export const errorsOf = (key: string): OperationErrors => ERRORS_BY_METHOD.get(key)!;

/**
 * Describes a route in the OpenAPI document, whose operation id is the method's name, and sets its status. Parameters
 * and body are described by the schemas of `@Param`, `@Query` and `@Body`.
 */
export function Operation(options: OperationOptions): MethodDecorator {
  const { summary, description, status = 200, returns, schema, content, headers } = options;
  const { format = PROBLEM_DETAILS, errors: codes = [] } = options;
  const describe: MethodDecorator = (target, method, descriptor) => {
    const key = `${target.constructor.name}.${String(method)}`;
    ERRORS_BY_METHOD.set(key, { format, codes });
    ApiExtension(ERRORS_EXTENSION, key)(target, method, descriptor);
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
      ...(content && {
        content: Object.fromEntries(Object.entries(content).map(([type, body]) => [type, { schema: body }])),
      }),
    }),
  );
}

const textHeaders = (headers: Readonly<Record<string, string>>): Record<string, object> =>
  Object.fromEntries(
    Object.entries(headers).map(([name, description]) => [name, { description, schema: { type: 'string' } }]),
  );
