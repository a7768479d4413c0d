import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { Command } from 'commander';
import { createLogger } from '../common/logger.js';
import { type Config, loadConfig } from '../config/config.js';
import { openDatabase } from '../database/open-database.js';
import { CommandModule } from './command.module.js';

/** Adds the option that every command which touches data has. */
export const withDataDir = (command: Command): Command =>
  command.option(
    '--data-dir <path>',
    'folder of the database, keys and models (MODELGATE_DATA_DIR, default var)',
  );

/** The settings of a command: the environment, and its flags over it. */
export function configOf(options: {
  dataDir?: string;
  host?: string;
  port?: string;
  grpcPort?: string;
  workers?: string;
}): Config {
  return loadConfig(process.env, {
    MODELGATE_DATA_DIR: options.dataDir,
    MODELGATE_HOST: options.host,
    MODELGATE_PORT: options.port,
    MODELGATE_GRPC_PORT: options.grpcPort,
    MODELGATE_WORKERS: options.workers,
  });
}

/** Runs `work` with the services of the command line, on the data directory's database. */
export async function withContext<T>(
  options: { dataDir?: string },
  work: (context: INestApplicationContext) => Promise<T>,
): Promise<T> {
  const config = configOf(options);
  const dataSource = await openDatabase(config);
  const logger = createLogger('warn');
  const context = await NestFactory.createApplicationContext(
    CommandModule.with({ config, logger, dataSource }),
    { logger: false },
  );
  try {
    return await work(context);
  } finally {
    await context.close();
  }
}
