import type { DataSource } from 'typeorm';

const isSqlite = (dataSource: DataSource): boolean => dataSource.options.type !== 'postgres';

/** Has SQLite overwrite with zeros whatever this connection deletes from now on. */
export async function overwriteDeleted(dataSource: DataSource): Promise<void> {
  if (isSqlite(dataSource)) await dataSource.query('PRAGMA secure_delete = ON');
}

/** Moves SQLite's write-ahead log, which still holds what was deleted, into the database and empties it. */
export async function emptyWriteAheadLog(dataSource: DataSource): Promise<void> {
  if (isSqlite(dataSource)) await dataSource.query('PRAGMA wal_checkpoint(TRUNCATE)');
}
