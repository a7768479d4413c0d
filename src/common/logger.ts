import type { LoggerService } from '@nestjs/common';
import { pino, type Logger } from 'pino';

/** The fields of a logged error: no property of a library's error, such as a statement and its parameters. */
interface LoggedError {
  readonly type: string;
  readonly message: string;
  readonly code?: unknown;
  readonly stack?: string;
  readonly cause?: LoggedError;
}

/** Causes of causes that are logged. */
const CAUSES = 5;

function loggedError(error: unknown, causes = CAUSES): LoggedError {
  if (!(error instanceof Error)) return { type: typeof error, message: String(error) };
  const { name, message, stack, cause, code } = error as NodeJS.ErrnoException;
  return {
    type: name,
    message,
    code,
    stack,
    ...(cause !== undefined && causes > 0 && { cause: loggedError(cause, causes - 1) }),
  };
}

/** Fields whose values are never written, at any depth of Modelgate's own log lines. */
const SECRET_PATHS = [
  'authorization',
  'cookie',
  'password',
  'secret',
  'token',
  'access_token',
  'client_secret',
].flatMap((name) => [name, `*.${name}`, `*.*.${name}`]);

/**
 * Structured logs on standard output, one JSON object per line.
 * @param mixin adds fields to each line when it is written
 * @param worker number of this worker, if there are several
 */
export function createLogger(level: string, mixin?: () => object, worker?: number): Logger {
  return pino({
    level,
    mixin,
    serializers: { err: (error: unknown) => loggedError(error) },
    redact: { paths: SECRET_PATHS, censor: '[redacted]' },
    base: worker === undefined ? undefined : { worker },
    timestamp: pino.stdTimeFunctions.isoTime,
  });
}

/** Sends Nest's messages to the same logger, and its start-up messages at debug level. */
export class NestLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log(message: unknown, context?: string): void {
    this.logger.debug({ context }, String(message));
  }

  warn(message: unknown, context?: string): void {
    this.logger.warn({ context }, String(message));
  }

  error(message: unknown, ...rest: unknown[]): void {
    this.logger.error({ context: rest.at(-1) }, String(message));
  }

  debug(message: unknown, context?: string): void {
    this.logger.trace({ context }, String(message));
  }
}
