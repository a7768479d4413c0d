import { join } from 'node:path';
import sqlite3 from 'sqlite3';
import { StartError } from '../common/errors.js';

/** Locks held: a handle that is collected would give its lock up. */
const held: sqlite3.Database[] = [];

/**
 * Makes this process the only server on the data directory: two would each continue the same chain of audit records.
 * SQLite's lock on a file of its own is the operating system's, so it ends with the process, however that ends.
 * @throws StartError when another server holds it
 */
export async function lockDataDir(dataDir: string): Promise<void> {
  const lock = await new Promise<sqlite3.Database>((resolve, reject) => {
    const opened: sqlite3.Database = new sqlite3.Database(join(dataDir, 'server.lock'), (error) =>
      error ? reject(error) : resolve(opened),
    );
  });
  held.push(lock);
  await new Promise<void>((resolve, reject) =>
    lock.exec('BEGIN EXCLUSIVE', (error) => (error ? reject(refusal(error, dataDir)) : resolve())),
  );
}

function refusal(error: Error, dataDir: string): StartError {
  const isHeld = (error as NodeJS.ErrnoException).code === 'SQLITE_BUSY';
  const reason = isHeld
    ? 'is in use by another server; give this one its own with --data-dir'
    : `cannot be locked: ${error.message}`;
  return new StartError(`the data directory ${dataDir} ${reason}`, { cause: error });
}
