import { join } from 'node:path';
import { StartError } from '../common/errors.js';
import { isLockHeld } from './exclusive-lock.js';
import { lockFile } from './file-lock.js';

/**
 * Makes this process the only server on the data directory. Two servers would continue the same chain of
 * audit records.
 * @throws StartError if another server holds the lock
 */
export async function lockDataDir(dataDir: string): Promise<void> {
  try {
    await lockFile(join(dataDir, 'server.lock'));
  } catch (error) {
    throw refusal(error as Error, dataDir);
  }
}

function refusal(error: Error, dataDir: string): StartError {
  const reason = isLockHeld(error)
    ? 'is in use by another server; choose another one with --data-dir'
    : `cannot be locked: ${error.message}`;
  return new StartError(`the data directory ${dataDir} ${reason}`, { cause: error });
}
