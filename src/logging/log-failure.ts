import type { Logger } from 'pino';
import type { ApiError } from '../common/errors.js';

/**
 * Logs a response with a 5xx status. An expected state, such as an unloaded model, is a warning in one line; only a
 * fault of the server is an error with its stack.
 */
export function logFailure(logger: Logger, requestId: string, error: ApiError): void {
  if (error.status < 500) return;
  if (error.code === 'internal')
    logger.error({ request_id: requestId, err: error.cause ?? error }, error.detail);
  else
    logger.warn(
      { request_id: requestId, code: error.code, cause: (error.cause as Error | undefined)?.message },
      error.detail,
    );
}
