import { createLogger } from '../common/logger.js';
import type { Config } from '../config/config.js';
import { openDatabase } from '../database/open-database.js';
import { Server } from './server.js';
import { stopOnSignal } from './stop.js';
import { startTracing } from '../tracing/start-tracing.js';
import { Peer } from '../workers/peer.js';

/**
 * Serves as one of the primary's workers. The primary has brought the data into order; this process ends with it, for
 * node:cluster ends a worker whose channel is gone.
 */
export async function serveWorker(config: Config): Promise<void> {
  const primary = new Peer((message) => void process.send?.(message));
  process.on('message', (message) => primary.receive(message));
  process.on('disconnect', () => primary.close());
  // A terminal sends Ctrl-C to the primary as well, which then tells when to stop.
  process.on('SIGINT', () => undefined);
  const number = await primary.call<number>('place');
  const tracing = await startTracing(config);
  const logger = createLogger(config.logLevel, tracing?.logFields, number);
  const dataSource = await openDatabase(config);
  const server = await Server.create({ config, logger, dataSource, tracing, place: { number, primary } });
  const ports = await server.start();
  const stop = stopOnSignal(['SIGTERM'], () => server.close(), config, logger);
  primary.handle('stop', () => stop());
  await primary.call('ready', ports);
}
