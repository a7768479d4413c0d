import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from 'sqlite3';
import type { DataSource } from 'typeorm';
import { BUSY_TIMEOUT_MS, openSqlite } from '../database/sqlite-driver.js';

const PAUSE_MS = 20;

const isSqlite = (dataSource: DataSource): boolean => dataSource.options.type !== 'postgres';

/**
 * Moves SQLite's write-ahead log, which still contains deleted data, into the database and empties it. Uses a
 * separate connection, because SQLite refuses this on a connection that is running another statement.
 * @returns false if a reader of an older state prevented it for 10 s
 */
export async function emptyWriteAheadLog(dataSource: DataSource): Promise<boolean> {
  if (!isSqlite(dataSource)) return true;
  const database = await openSqlite(dataSource.options.database as string);
  try {
    // SQLite waits for readers itself, but fails at once if another checkpoint is running.
    for (const deadline = Date.now() + BUSY_TIMEOUT_MS; ; await sleep(PAUSE_MS)) {
      if (await checkpoint(database)) return true;
      if (Date.now() >= deadline) return false;
    }
  } finally {
    await new Promise<void>((resolve) => database.close(() => resolve()));
  }
}

function checkpoint(database: Database): Promise<boolean> {
  return new Promise((resolve, reject) =>
    database.get('PRAGMA wal_checkpoint(TRUNCATE)', (error, row: { busy: number }) =>
      error ? reject(error) : resolve(row.busy === 0),
    ),
  );
}
