import { documented } from './components.js';
import { type ErrorFormat, renderError } from './error-format.js';
import { ApiError, type ErrorCode, ERRORS } from './errors.js';
import { before } from './lists.js';

export interface ErrorResponse {
  readonly description: string;
  readonly content: Record<string, { schema: object; examples: Record<string, { value: unknown }> }>;
}

/** The OpenAPI responses of errors by status, each with an example body. */
export function errorResponses(
  format: ErrorFormat,
  codes: readonly ErrorCode[],
): Record<string, ErrorResponse> {
  const statuses = [...new Set(codes.map((code) => ERRORS[code].status))].sort((a, b) => a - b);
  return Object.fromEntries(
    statuses.map((status) => [
      String(status),
      errorResponse(
        format,
        codes.filter((code) => ERRORS[code].status === status),
      ),
    ]),
  );
}

function errorResponse(format: ErrorFormat, codes: readonly ErrorCode[]): ErrorResponse {
  const rendered = codes.map((code) => ({ code, ...renderError(new ApiError(code), format, 'a1b2c3') }));
  return {
    description: codes.map((code) => ERRORS[code].title).join('; '),
    content: {
      [before(format.contentType, ';')]: {
        schema: documented(format.schema, 'output'),
        examples: Object.fromEntries(rendered.map(({ code, body }) => [code, { value: body }])),
      },
    },
  };
}
