import { setTimeout as sleep } from 'node:timers/promises';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { StartError } from '../common/errors.js';
import { ServerState } from '../common/server-state.js';
import { AppModule } from '../app.module.js';
import type { Config } from '../config/config.js';
import type { Foundations } from './foundations.js';
import { createApp } from '../http/create-app.js';
import { MetricsServer } from '../metrics/metrics-server.js';
import { ModelRegistry } from '../models/model-registry.js';
import { GrpcServer } from '../prediction/protocols/grpc/grpc-server.js';
import type { Ports } from '../workers/supervisor.js';

/** The application and its ports, in a serving process. */
export class Server {
  private constructor(
    private readonly app: NestFastifyApplication,
    private readonly config: Config,
  ) {}

  static async create(foundations: Foundations): Promise<Server> {
    return new Server(await createApp(AppModule.with(foundations), foundations), foundations.config);
  }

  /**
   * Loads the live models and listens.
   * @param prepare prepares the data before the models are loaded
   * @throws StartError or ModelFileError; everything is closed then
   */
  async start(
    prepare: (app: NestFastifyApplication) => Promise<void> = () => Promise.resolve(),
  ): Promise<Ports> {
    const { app, config } = this;
    try {
      await app.init();
      await prepare(app);
      await app.get(ModelRegistry).start(config.strict);
      await listen(app, config);
      const { port } = new URL(await app.getUrl());
      // Always in this order: workers that ask for a free port get the same ones by the order of their
      // requests.
      const grpc =
        config.grpcPort === undefined ? null : await app.get(GrpcServer).listen(config.host, config.grpcPort);
      const metrics =
        config.metricsPort === undefined
          ? null
          : await app.get(MetricsServer).listen(config.metricsHost, config.metricsPort);
      return { http: Number(port || 80), grpc, metrics };
    } catch (error) {
      await app.close();
      throw error;
    }
  }

  /**
   * Fails the readiness probe and waits for MODELGATE_DRAIN_SECONDS. Then stops accepting requests, finishes those in
   * flight, flushes the trail and closes the database.
   */
  async close(): Promise<void> {
    this.app.get(ServerState).isStopping = true;
    await sleep(this.config.drainSeconds * 1000);
    await this.app.close();
  }
}

async function listen(app: NestFastifyApplication, { host, port }: Config): Promise<void> {
  try {
    await app.listen(port, host);
  } catch (error) {
    if (error instanceof StartError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE')
      throw new StartError(`port ${port} on ${host} is in use; choose another with --port`);
    if (code === 'EACCES')
      throw new StartError(`this user is not allowed to use port ${port}; choose one above 1023 with --port`);
    throw new StartError(`cannot listen on ${host}:${port} (${code})`, { cause: error });
  }
}
