import { accessSync, constants, mkdirSync } from 'node:fs';
import { DataSource } from 'typeorm';
import { dataSourceOptions } from '../../ormconfig.js';
import { StartError } from '../common/errors.js';
import type { Config } from '../config/config.js';

/**
 * Opens the database and brings it to this version's schema.
 * @throws StartError in one line: the data directory cannot be written, or the database is of a newer version
 */
export async function openDatabase(config: Pick<Config, 'dataDir' | 'databaseUrl'>): Promise<DataSource> {
  prepareDataDir(config.dataDir);
  const dataSource = new DataSource(dataSourceOptions(config));
  try {
    await dataSource.initialize();
    await refuseNewerDatabase(dataSource);
    await dataSource.runMigrations({ transaction: 'each' });
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

async function refuseNewerDatabase(dataSource: DataSource): Promise<void> {
  const runner = dataSource.createQueryRunner();
  try {
    if (!(await runner.hasTable('migrations'))) return;
    const applied = (await runner.query('SELECT name FROM migrations')) as { name: string }[];
    const known = new Set(dataSource.migrations.map((migration) => migration.name));
    const newer = applied.find(({ name }) => !known.has(name));
    if (newer)
      throw new StartError(
        `the database was written by a newer version (it has the migration ${newer.name})`,
      );
  } finally {
    await runner.release();
  }
}
