import { applyDecorators } from '@nestjs/common';
import { ApiResponse } from '@nestjs/swagger';
import { type ErrorFormat, PROBLEM_DETAILS, renderError } from './error-format.js';
import { ApiError, type ErrorCode, ERRORS } from './errors.js';

/** Documents the errors of an operation with the body that its clients get, one entry a status. */
export function ApiErrors(form: ErrorFormat | 'problem', ...codes: ErrorCode[]): MethodDecorator {
  const format = form === 'problem' ? PROBLEM_DETAILS : form;
  const statuses = [...new Set(codes.map((code) => ERRORS[code].status))];
  return applyDecorators(
    ...statuses.map((status) =>
      errorResponse(
        format,
        status,
        codes.filter((code) => ERRORS[code].status === status),
      ),
    ),
  );
}

function errorResponse(format: ErrorFormat, status: number, codes: readonly ErrorCode[]): MethodDecorator {
  const rendered = codes.map((code) => ({ code, ...renderError(new ApiError(code), format, 'a1b2c3') }));
  return ApiResponse({
    status,
    description: codes.map((code) => ERRORS[code].title).join('; '),
    content: {
      [rendered[0].contentType.split(';')[0]]: {
        schema: { type: 'object' },
        examples: Object.fromEntries(rendered.map(({ code, body }) => [code, { value: body }])),
      },
    },
  });
}
