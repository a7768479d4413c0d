import { mkdir, readdir, rename, rm, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { Inject, Injectable } from '@nestjs/common';
import { ApiError } from '../common/errors.js';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.module.js';

/** File names in a job's folder. */
export const INPUT_FILE = 'input';
export const RESULTS_FILE = 'results';

/** Kept free for the database: a full disk would stop all predictions. */
const RESERVE_BYTES = 64 * 2 ** 20;

/** Before the name of a folder that is not complete, or is being removed. */
const DRAFT_PREFIX = '.';
/** No upload takes longer. */
const ABANDONED_MS = 24 * 3600 * 1000;

/** The files of jobs, with one folder per job in the data directory. */
@Injectable()
export class JobFiles {
  private readonly root: string;

  constructor(@Inject(CONFIG) config: Config) {
    this.root = join(config.dataDir, 'jobs');
  }

  dirOf(id: string): string {
    return join(this.root, id);
  }

  resultsOf(id: string): string {
    return join(this.dirOf(id), RESULTS_FILE);
  }

  /** Stores an uploaded file. The job's folder is complete or does not exist. */
  async receive(id: string, write: (path: string) => Promise<void>): Promise<void> {
    const draft = this.draftOf(id);
    await mkdir(draft, { recursive: true, mode: 0o700 });
    try {
      await write(join(draft, INPUT_FILE));
      await rename(draft, this.dirOf(id));
    } catch (error) {
      await rm(draft, { recursive: true, force: true });
      throw error;
    }
  }

  /** Removes a job's folder. If the process dies meanwhile, what is left is a draft. */
  async remove(id: string): Promise<void> {
    await rename(this.dirOf(id), this.draftOf(id)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
    });
    await rm(this.draftOf(id), { recursive: true, force: true });
  }

  private draftOf(id: string): string {
    return join(this.root, DRAFT_PREFIX + id);
  }

  /** @throws ApiError `overloaded` if `bytes` more would fill the disk */
  async demandRoom(bytes: number): Promise<void> {
    await mkdir(this.root, { recursive: true, mode: 0o700 });
    if (!(await hasRoom(this.root, bytes)))
      throw new ApiError('overloaded', 'not enough disk space for the file');
  }

  /** Removes the drafts of uploads that died. The folder of a job is removed with the job only. */
  async sweep(): Promise<void> {
    for (const name of await readdir(this.root).catch(() => [])) {
      if (!name.startsWith(DRAFT_PREFIX)) continue;
      const path = join(this.root, name);
      const found = await stat(path).catch(() => undefined);
      if (found && Date.now() - found.mtimeMs > ABANDONED_MS)
        await rm(path, { recursive: true, force: true });
    }
  }
}

/** True if the file system of `path` has space for `bytes` and the reserve. */
export async function hasRoom(path: string, bytes: number): Promise<boolean> {
  const { bavail, bsize } = await statfs(path);
  return bavail * bsize > bytes + RESERVE_BYTES;
}
