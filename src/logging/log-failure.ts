import type { Logger } from 'pino';
import type { ApiError } from '../common/errors.js';

/**
 * Tells the operator of an answer that says the server could not do its part. A state that the server knows of, as a
 * model unloaded on purpose, is a warning in one line; only a fault of ours is an error with its stack.
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
