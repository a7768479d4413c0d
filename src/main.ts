import 'reflect-metadata';
import cluster from 'node:cluster';
import { fileURLToPath } from 'node:url';
import { createLogger } from './common/logger.js';
import type { Config } from './config/config.js';
import { lockDataDir } from './database/data-dir-lock.js';
import { openDatabase } from './database/open-database.js';
import { prepareData } from './server/prepare-data.js';
import { servePrimary } from './server/primary.js';
import { type ServeOptions, tellReady } from './server/ready.js';
import { Server } from './server/server.js';
import { stopOnSignal } from './server/stop.js';
import { startTracing } from './tracing/start-tracing.js';
import { serveWorker } from './server/worker.js';

/** The script of a worker, the same one that started the primary. */
const PROGRAM = fileURLToPath(new URL('./cli.js', import.meta.url));

/**
 * Starts the server and returns when it answers: in this process, or with MODELGATE_WORKERS in several, of
 * which this one may be a worker.
 * @throws StartError, ConfigError or ModelFileError with one line for the terminal
 */
export async function serve(config: Config, options: ServeOptions = {}): Promise<void> {
  // Settings are read once, so there is nothing to reload. A closed terminal does not stop the server either.
  process.on('SIGHUP', () => undefined);
  if (cluster.isWorker) return serveWorker(config);
  return config.workers > 1 ? servePrimary(config, options, PROGRAM) : serveSingle(config, options);
}

async function serveSingle(config: Config, options: ServeOptions): Promise<void> {
  const tracing = await startTracing(config);
  const logger = createLogger(config.logLevel, tracing?.logFields);
  const dataSource = await openDatabase(config);
  await lockDataDir(config.dataDir);
  const server = await Server.create({ config, logger, dataSource, tracing });
  const ports = await server.start((app) => prepareData(app, config, logger, options.files));
  stopOnSignal(['SIGTERM', 'SIGINT'], () => server.close(), config, logger);
  tellReady(ports, config, options, logger);
}
