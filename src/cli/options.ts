import type { Command } from 'commander';
import { type Config, configFromEnvironment } from '../config/config.js';

/** Adds the option of all commands that use the data directory. */
export const withDataDir = (command: Command): Command =>
  command.option(
    '--data-dir <path>',
    'folder for the database, keys and models (MODELGATE_DATA_DIR, default var)',
  );

/** The settings of a command: the environment, overridden by its options. */
export function configOf(options: {
  dataDir?: string;
  host?: string;
  port?: string;
  grpcPort?: string;
  workers?: string;
  strict?: boolean;
}): Config {
  return configFromEnvironment({
    MODELGATE_DATA_DIR: options.dataDir,
    MODELGATE_HOST: options.host,
    MODELGATE_PORT: options.port,
    MODELGATE_GRPC_PORT: options.grpcPort,
    MODELGATE_WORKERS: options.workers,
    MODELGATE_STRICT: options.strict ? 'true' : undefined,
  });
}
