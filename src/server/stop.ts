import type { Logger } from 'pino';
import type { Config } from '../config/config.js';

/**
 * On the first of these signals: runs `close` and ends with 0, or with 1 where it fails or takes longer than
 * MODELGATE_SHUTDOWN_SECONDS. A second signal ends at once.
 * @param atOnce what an end at once still has to do
 * @returns what starts the stop without a signal
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
    setTimeout(() => {
      logger.error('requests in flight did not end in time');
      exit(1);
    }, config.shutdownSeconds * 1000).unref();
    close().then(
      () => {
        logger.info('stopped');
        process.exit(0);
      },
      (error: unknown) => {
        logger.error({ err: error }, 'the stop failed');
        exit(1);
      },
    );
  };
  for (const signal of signals) process.on(signal, () => (stopping ? exit(1) : stop(signal)));
  return stop;
}
