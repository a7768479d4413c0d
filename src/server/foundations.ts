import type { ModuleMetadata } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import type { Logger } from 'pino';
import type { DataSource } from 'typeorm';
import { LoggerModule } from '../common/logger.module.js';
import { ServerStateModule } from '../common/server-state.js';
import type { Config } from '../config/config.js';
import { ConfigModule } from '../config/config.module.js';
import { FeedsModule } from '../database/feeds.js';
import type { Tracing } from '../tracing/tracing.js';
import { SINGLE_PROCESS, type WorkerPlace, WorkerPlaceModule } from '../workers/worker-place.js';

/** Settings, log and open database, which every entry point needs. */
export interface Foundations {
  readonly config: Config;
  readonly logger: Logger;
  readonly dataSource: DataSource;
  /** Present if tracing is on. */
  readonly tracing?: Tracing;
  /** Present in a worker; otherwise this is the only serving process. */
  readonly place?: WorkerPlace;
}

/** The modules that all others depend on. */
export const foundationModules = ({
  config,
  logger,
  dataSource,
  place = SINGLE_PROCESS,
}: Foundations): ModuleMetadata['imports'] & object[] => [
  ConfigModule.with(config),
  LoggerModule.with(logger),
  TypeOrmModule.forRootAsync({
    useFactory: () => dataSource.options,
    dataSourceFactory: () => Promise.resolve(dataSource),
  }),
  WorkerPlaceModule.with(place),
  FeedsModule,
  ServerStateModule,
];
