import type { LoggerService } from '@nestjs/common';
import { pino, type Logger } from 'pino';

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
