import 'reflect-metadata';
import { writeFileSync } from 'node:fs';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Logger } from 'pino';
import { StartError } from './common/errors.js';
import { createLogger } from './common/logger.js';
import { VERSION } from './common/program.js';
import type { Config } from './config/config.js';
import { lockDataDir } from './database/data-dir-lock.js';
import { openDatabase } from './database/open-database.js';
import { createApp } from './http/create-app.js';
import { MetricsServer } from './metrics/metrics-server.js';
import { GrpcServer } from './prediction/protocols/grpc/grpc-server.js';
import { ModelRegistry } from './models/model-registry.js';
import { ModelsForServe } from './models/models-for-serve.js';
import type { Tracing } from './tracing/tracing.js';
import { welcomeFirstUser } from './users/demo-user.js';
import { UsersService } from './users/users.service.js';

export interface ServeOptions {
  /** Model files to import, where new, and to make live before the server answers. */
  readonly files?: readonly string[];
  /** Where to write the ports that are listened on, as JSON, once ready. */
  readonly portFile?: string;
}

/**
 * Starts the server and returns once it answers.
 * @throws StartError, ConfigError or ModelFileError with one line for the person at the terminal
 */
export async function serve(config: Config, options: ServeOptions = {}): Promise<NestFastifyApplication> {
  const tracing = await startTracing(config);
  const logger = createLogger(config.logLevel, tracing?.logFields);
  const dataSource = await openDatabase(config);
  await lockDataDir(config.dataDir);
  const app = await createApp({ config, logger, dataSource, tracing });
  let grpc: number | null;
  let metrics: number | null;
  try {
    await app.init();
    await app.get(ModelsForServe).prepare(options.files ?? []);
    await app.get(ModelRegistry).start();
    const welcome = await welcomeFirstUser(app.get(UsersService), config.production);
    if (welcome) logger.warn(welcome);
    await listen(app, config);
    grpc =
      config.grpcPort === undefined ? null : await app.get(GrpcServer).listen(config.host, config.grpcPort);
    metrics =
      config.metricsPort === undefined
        ? null
        : await app.get(MetricsServer).listen(config.metricsHost, config.metricsPort);
  } catch (error) {
    await app.close();
    throw error;
  }
  stopOnSignal(app, config, logger);
  const { port } = new URL(await app.getUrl());
  const http = Number(port || 80);
  if (options.portFile) writeFileSync(options.portFile, JSON.stringify({ http, grpc, metrics }));
  logger.info(
    {
      version: VERSION,
      host: config.host,
      port: http,
      grpc_port: grpc,
      metrics_port: metrics,
      data_dir: config.dataDir,
    },
    `ready: http://${config.host}:${http}/docs`,
  );
  return app;
}

/** Traces cost nothing where they are off: their libraries are not even read. */
async function startTracing({ tracing }: Config): Promise<Tracing | undefined> {
  if (!tracing) return undefined;
  const { Tracing } = await import('./tracing/tracing.js');
  return Tracing.start(tracing);
}

async function listen(app: NestFastifyApplication, { host, port }: Config): Promise<void> {
  try {
    await app.listen(port, host);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE')
      throw new StartError(`port ${port} on ${host} is in use; choose another with --port`);
    if (code === 'EACCES')
      throw new StartError(`port ${port} may not be used by this user; choose one above 1023 with --port`);
    throw new StartError(`cannot listen on ${host}:${port} (${code})`, { cause: error });
  }
}

/** SIGTERM and SIGINT: stop accepting, finish what is in flight, flush the trail, close the database. A second one ends at once. */
function stopOnSignal(app: NestFastifyApplication, config: Config, logger: Logger): void {
  let stopping = false;
  const stop = (signal: NodeJS.Signals): void => {
    if (stopping) process.exit(1);
    stopping = true;
    logger.info({ signal }, 'stopping');
    const timer = setTimeout(() => {
      logger.error('requests in flight did not end in time');
      process.exit(1);
    }, config.shutdownSeconds * 1000);
    timer.unref();
    app.close().then(
      () => {
        logger.info('stopped');
        process.exit(0);
      },
      (error: unknown) => {
        logger.error({ err: error }, 'the stop failed');
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}
