import { open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';

/** A job's position: everything before it is in the result file, everything after it is done again. */
export interface Checkpoint {
  readonly bytesRead: number;
  readonly resultBytes: number;
  readonly rowsDone: number;
  readonly rowsFailed: number;
}

export const START: Checkpoint = { bytesRead: 0, resultBytes: 0, rowsDone: 0, rowsFailed: 0 };

const NAME = 'checkpoint.json';

export async function readCheckpoint(dir: string): Promise<Checkpoint> {
  try {
    return JSON.parse(await readFile(join(dir, NAME), 'utf8')) as Checkpoint;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return START;
  }
}

/**
 * The checkpoint is completely on disk when the promise resolves. The results up to it must already be on
 * disk.
 */
export async function writeCheckpoint(dir: string, checkpoint: Checkpoint): Promise<void> {
  const draft = join(dir, `.${NAME}`);
  const file = await open(draft, 'w', 0o600);
  try {
    await file.writeFile(JSON.stringify(checkpoint));
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(draft, join(dir, NAME));
}
