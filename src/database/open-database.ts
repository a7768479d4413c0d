import { accessSync, constants, mkdirSync } from 'node:fs';
import { DataSource } from 'typeorm';
import { dataSourceOptions } from '../../ormconfig.js';
import { StartError } from '../common/errors.js';
import type { Config } from '../config/config.js';
import { migrate } from './migrate.js';

/**
 * Opens the database and brings it to this version's schema.
 * @throws StartError in one line: the data directory cannot be written, or the database is of a newer version
 */
export async function openDatabase(config: Pick<Config, 'dataDir' | 'databaseUrl'>): Promise<DataSource> {
  prepareDataDir(config.dataDir);
  const dataSource = new DataSource(dataSourceOptions(config));
  try {
    await migrate(dataSource, config.dataDir);
  } catch (error) {
    if (dataSource.isInitialized) await dataSource.destroy();
    if (error instanceof StartError) throw error;
    throw new StartError(`the database cannot be opened: ${(error as Error).message}`, { cause: error });
  }
  return dataSource;
}

function prepareDataDir(dataDir: string): void {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    accessSync(dataDir, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new StartError(`the data directory ${dataDir} cannot be written (${code})`, { cause: error });
  }
}
