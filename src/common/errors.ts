/**
 * Every error response: a stable code, its HTTP status and a title. docs/errors.md is generated from
 * this table. `grpc` is the canonical gRPC code (https://grpc.io/docs/guides/status-codes/).
 */
export const ERRORS = {
  bad_request: { status: 400, title: 'The request is malformed', grpc: 3 },
  invalid_input: { status: 400, title: "The input does not fit the model's signature", grpc: 3 },
  unsupported_grant_type: { status: 400, title: 'The grant type is not supported', grpc: 3 },
  invalid_grant: { status: 400, title: 'The refresh token is not valid', grpc: 16 },
  invalid_scope: { status: 400, title: 'The scope is not allowed', grpc: 3 },
  inactive_user: { status: 400, title: 'Inactive user', grpc: 16 },
  invalid_credentials: { status: 401, title: 'Incorrect username or password', grpc: 16 },
  invalid_client: { status: 401, title: 'Unknown client or wrong client secret', grpc: 16 },
  not_authenticated: { status: 401, title: 'Not authenticated', grpc: 16 },
  invalid_token: { status: 401, title: 'Could not validate credentials', grpc: 16 },
  insufficient_scope: { status: 403, title: 'The token lacks the required scope', grpc: 7 },
  not_found: { status: 404, title: 'Not found', grpc: 5 },
  model_not_found: { status: 404, title: 'Model not found', grpc: 5 },
  method_not_allowed: { status: 405, title: 'The method is not allowed for this path', grpc: 12 },
  request_timeout: { status: 408, title: 'The request did not arrive in time', grpc: 4 },
  conflict: { status: 409, title: 'The request conflicts with the current state', grpc: 9 },
  precondition_failed: { status: 412, title: 'A precondition of the request does not hold', grpc: 9 },
  payload_too_large: { status: 413, title: 'The body is too large', grpc: 8 },
  unsupported_media_type: { status: 415, title: 'Unsupported media type', grpc: 3 },
  range_not_satisfiable: { status: 416, title: 'The range is outside the file', grpc: 11 },
  validation_failed: { status: 422, title: 'The request failed validation', grpc: 3 },
  rate_limited: { status: 429, title: 'Too many requests', grpc: 8 },
  quota_exceeded: { status: 429, title: 'Row quota exceeded', grpc: 8 },
  headers_too_large: { status: 431, title: 'The headers of the request are too large', grpc: 8 },
  client_closed_request: { status: 499, title: 'The client disconnected', grpc: 1 },
  internal: { status: 500, title: 'Internal error', grpc: 13 },
  audit_unavailable: { status: 503, title: 'The audit trail cannot be written', grpc: 14 },
  model_not_ready: { status: 503, title: 'The model is not loaded', grpc: 14 },
  database_unavailable: { status: 503, title: 'The database does not answer', grpc: 14 },
  storage_unavailable: { status: 503, title: 'The disk cannot be written', grpc: 14 },
  stopping: { status: 503, title: 'The server is shutting down', grpc: 14 },
  prediction_stopped: { status: 504, title: 'The prediction took too much time or memory', grpc: 4 },
  overloaded: { status: 503, title: 'The server is overloaded', grpc: 14 },
} as const satisfies Record<string, { status: number; title: string; grpc: number }>;

export type ErrorCode = keyof typeof ERRORS;

/** One fault in a body, in FastAPI's format: location, message and a stable type. */
export interface Fault {
  readonly loc: readonly (string | number)[];
  readonly msg: string;
  readonly type: string;
}

export interface ApiErrorOptions {
  /** The faults of an invalid body. */
  readonly faults?: readonly Fault[];
  readonly headers?: Readonly<Record<string, string>>;
  readonly cause?: unknown;
}

/** An error that is returned to the caller. `detail` is a sentence for people and must not contain a secret. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly faults?: readonly Fault[];
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    readonly code: ErrorCode,
    readonly detail: string = ERRORS[code].title,
    options: ApiErrorOptions = {},
  ) {
    super(detail, { cause: options.cause });
    this.status = ERRORS[code].status;
    this.faults = options.faults;
    this.headers = options.headers ?? {};
  }
}

/** `validation_failed` for one field of a body. @param message continues the field's name: "must have …" */
export function invalidField(field: string, message: string): ApiError {
  const fault: Fault = { loc: ['body', field], msg: message, type: 'value_error' };
  return new ApiError('validation_failed', `${field} ${message}`, { faults: [fault] });
}

/** The process cannot start or continue. The message is one line for the terminal. */
export class StartError extends Error {
  override readonly name = 'StartError';
}
