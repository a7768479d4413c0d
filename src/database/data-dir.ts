import { accessSync, chmodSync, constants, mkdirSync, statSync } from 'node:fs';
import { StartError } from '../common/errors.js';

/** What the group and others may do; nothing, with keys and records in the folder. */
const FOR_OTHERS = 0o077;

/**
 * Makes the data directory if it is missing and closes it to everybody but its owner. Files created from now on are
 * readable by their owner only, whatever the umask was. A process started by root continues as the directory's owner.
 * @throws StartError
 */
export function prepareDataDir(dataDir: string): void {
  process.umask(FOR_OTHERS);
  try {
    mkdirSync(dataDir, { recursive: true });
    becomeOwner(dataDir);
    accessSync(dataDir, constants.R_OK | constants.W_OK | constants.X_OK);
    closeToOthers(dataDir);
  } catch (error) {
    if (error instanceof StartError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    throw new StartError(`cannot write to the data directory ${dataDir} (${code})`, { cause: error });
  }
}

/** Files that root made would be unreadable to the user that the server runs as. */
function becomeOwner(dataDir: string): void {
  if (process.getuid?.() !== 0) return;
  const { uid, gid } = statSync(dataDir);
  if (uid === 0) return;
  process.setgroups!([gid]);
  process.setgid!(gid);
  process.setuid!(uid);
}

/** A volume of a cluster may belong to another user and be open to a group; then its mounts decide who reaches it. */
function closeToOthers(dataDir: string): void {
  const { mode, uid } = statSync(dataDir);
  if ((mode & FOR_OTHERS) !== 0 && uid === process.getuid?.())
    chmodSync(dataDir, mode & ~FOR_OTHERS & 0o7777);
}
