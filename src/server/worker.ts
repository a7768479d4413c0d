import { createLogger } from '../common/logger.js';
import type { Config } from '../config/config.js';
import { openDatabase } from '../database/open-database.js';
import { Server } from './server.js';
import { stopOnSignal } from './stop.js';
import { startTracing } from '../tracing/start-tracing.js';
import { Peer } from '../workers/peer.js';

/**
 * Serves as a worker of the primary, which has prepared the data. This process exits with the primary,
 * because node:cluster ends a worker whose channel is closed.
 */
export async function serveWorker(config: Config): Promise<void> {
  const primary = new Peer((message) => void process.send?.(message));
  process.on('message', (message) => primary.receive(message));
  process.on('disconnect', () => primary.close());
  // Ctrl-C in a terminal reaches the primary too, which then tells the workers to stop.
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
