import { type Release, takeLock } from './exclusive-lock.js';

/** Locks held until the process ends. */
const held: Release[] = [];

/**
 * Makes this process the only one that holds the lock file at `path`, until it ends.
 * @param waitMs how long to wait for another holder
 * @throws an error with the code `SQLITE_BUSY` when another process holds it still
 */
export async function lockFile(path: string, waitMs = 0): Promise<void> {
  held.push(await takeLock(path, waitMs));
}
