import type { LoggerService } from '@nestjs/common';
import { pino, type Logger } from 'pino';

/** Names whose values are never written, at any depth that Modelgate's own log lines reach. */
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
 * Structured logs, one JSON object a line, on standard output.
 * @param mixin more fields of each line, found when it is written
 * @param worker the number of the worker that logs, where there are several
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

/** Nest's own messages through the same logger; its start-up chatter counts as debug. */
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
