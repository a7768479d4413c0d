import type { Logger } from 'pino';
import type { Config } from '../config/config.js';

/**
 * On the first of these signals, runs `close` and exits with 0, or with 1 if it fails or takes longer than
 * MODELGATE_SHUTDOWN_SECONDS after MODELGATE_DRAIN_SECONDS. A second signal exits at once.
 * @param atOnce what must still be done on an immediate exit
 * @returns starts the shutdown without a signal
 */
export function stopOnSignal(
  signals: readonly NodeJS.Signals[],
  close: () => Promise<void>,
  config: Config,
  logger: Logger,
  atOnce: () => void = () => undefined,
): () => void {
  let stopping = false;
  const exit = (code: number): never => {
    atOnce();
    process.exit(code);
  };
  const stop = (signal?: NodeJS.Signals): void => {
    if (stopping) return;
    stopping = true;
    logger.info({ signal }, 'stopping');
    setTimeout(
      () => {
        logger.error('requests in flight did not finish in time');
        exit(1);
      },
      (config.drainSeconds + config.shutdownSeconds) * 1000,
    ).unref();
    close().then(
      () => {
        logger.info('stopped');
        process.exit(0);
      },
      (error: unknown) => {
        logger.error({ err: error }, 'shutdown failed');
        exit(1);
      },
    );
  };
  for (const signal of signals) process.on(signal, () => (stopping ? exit(1) : stop(signal)));
  return stop;
}
