import sqlite3 from 'sqlite3';

/** Locks held: a handle that is collected would give its lock up. */
const held: sqlite3.Database[] = [];

/**
 * Makes this process the only one that holds the lock file at `path`, until it ends, however it ends: SQLite's lock is
 * the operating system's.
 * @param waitMs how long to wait for another holder
 * @throws an error with the code `SQLITE_BUSY` when another process holds it still
 */
export async function lockFile(path: string, waitMs = 0): Promise<void> {
  const lock = await new Promise<sqlite3.Database>((resolve, reject) => {
    const opened: sqlite3.Database = new sqlite3.Database(path, (error) =>
      error ? reject(error) : resolve(opened),
    );
  });
  held.push(lock);
  lock.configure('busyTimeout', waitMs);
  await new Promise<void>((resolve, reject) =>
    lock.exec('BEGIN EXCLUSIVE', (error) => (error ? reject(error) : resolve())),
  );
}
