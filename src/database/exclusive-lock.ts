import sqlite3 from 'sqlite3';

export type Release = () => Promise<void>;

/**
 * Takes SQLite's lock on a separate file. It is a lock of the operating system, so it ends with the process
 * in all cases. The caller must keep the handle until it is released, because a garbage-collected handle
 * releases the lock.
 * @param waitMs how long to wait for another holder, in milliseconds
 * @throws Error with the code `SQLITE_BUSY` if another process holds it
 */
export async function takeLock(path: string, waitMs = 0): Promise<Release> {
  const lock = await new Promise<sqlite3.Database>((resolve, reject) => {
    const opened: sqlite3.Database = new sqlite3.Database(path, (error) =>
      error ? reject(error) : resolve(opened),
    );
  });
  const release: Release = () =>
    new Promise((resolve, reject) => lock.close((error) => (error ? reject(error) : resolve())));
  lock.configure('busyTimeout', waitMs);
  try {
    await new Promise<void>((resolve, reject) =>
      lock.exec('BEGIN EXCLUSIVE', (error) => (error ? reject(error) : resolve())),
    );
  } catch (error) {
    await release();
    throw error;
  }
  return release;
}

export const isLockHeld = (error: unknown): boolean =>
  (error as NodeJS.ErrnoException).code === 'SQLITE_BUSY';
