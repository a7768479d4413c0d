import { type Release, takeLock } from './exclusive-lock.js';

/** Locks held until the process exits. */
const held: Release[] = [];

/**
 * Takes the lock file at `path` for this process until it exits.
 * @param waitMs how long to wait for another holder, in milliseconds
 * @throws Error with the code `SQLITE_BUSY` if another process still holds it
 */
export async function lockFile(path: string, waitMs = 0): Promise<void> {
  held.push(await takeLock(path, waitMs));
}
