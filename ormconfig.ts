import { join } from 'node:path';
import type { DataSourceOptions } from 'typeorm';
import type { Config } from './src/config/config.js';
import { ANSWER_MS } from './src/database/postgres-watch.js';
import { sqliteDriver } from './src/database/sqlite-driver.js';
import { ENTITIES } from './src/server/entities.js';
import { MIGRATIONS } from './src/database/migrations/index.js';

/** The SQLite file beside the server's other data; unused where DATABASE_URL names a PostgreSQL database. */
export const sqliteFile = (config: Pick<Config, 'dataDir'>) => join(config.dataDir, 'modelgate.db');

/** The TypeORM DataSource's options: a SQLite file in the data directory, or PostgreSQL. Never `synchronize`. */
export function dataSourceOptions(config: Pick<Config, 'dataDir' | 'databaseUrl'>): DataSourceOptions {
  const common = { entities: ENTITIES, migrations: MIGRATIONS, synchronize: false, migrationsRun: false };
  return config.databaseUrl
    ? { ...common, type: 'postgres', url: config.databaseUrl, poolSize: 10, connectTimeoutMS: ANSWER_MS }
    : {
        ...common,
        type: 'react-native',
        database: sqliteFile(config),
        location: 'default',
        driver: sqliteDriver,
      };
}
