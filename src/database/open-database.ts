import type pg from 'pg';
import { DataSource } from 'typeorm';
import { dataSourceOptions, sqliteFile } from '../../ormconfig.js';
import { StartError } from '../common/errors.js';
import type { Config } from '../config/config.js';
import { prepareDataDir } from './data-dir.js';
import { bindDataDir, rebindDataDir, refuseLostDatabase } from './installation.js';
import { migrate } from './migrate.js';
import { PostgresWatch } from './postgres-watch.js';

/**
 * Opens the database and brings it to this version's schema.
 * @param adopt true to bind a data directory of another database to this one instead of refusing it
 * @throws StartError in one line: the data directory cannot be written or belongs to another database, or the database
 * is of a newer version
 */
export async function openDatabase(
  config: Pick<Config, 'dataDir' | 'databaseUrl'>,
  { adopt = false }: { adopt?: boolean } = {},
): Promise<DataSource> {
  prepareDataDir(config.dataDir);
  if (!config.databaseUrl && !adopt) refuseLostDatabase(config.dataDir, sqliteFile(config));
  const dataSource = new DataSource(dataSourceOptions(config));
  try {
    await migrate(dataSource, config.dataDir);
    if (config.databaseUrl) watch(dataSource, config.databaseUrl);
    await (adopt ? rebindDataDir : bindDataDir)(dataSource, config.dataDir);
  } catch (error) {
    if (dataSource.isInitialized) await dataSource.destroy();
    if (error instanceof StartError) throw error;
    throw new StartError(`cannot open the database: ${(error as Error).message}`, { cause: error });
  }
  return dataSource;
}

/** For as long as the data source is open. */
function watch(dataSource: DataSource, url: string): void {
  const end = PostgresWatch.of(url, (dataSource.driver as unknown as { master: pg.Pool }).master);
  const destroy = dataSource.destroy.bind(dataSource);
  dataSource.destroy = async () => {
    end();
    await destroy();
  };
}
