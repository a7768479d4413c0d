import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Inject, Injectable } from '@nestjs/common';
import { PROGRAM_DIR } from '../common/program.js';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.module.js';
import type { ModelVersion } from './model-version.entity.js';

/** Names one package. */
export type PackageKey = Pick<ModelVersion, 'location' | 'modelName' | 'version'>;

export const SHIPPED_MODELS_DIR = join(PROGRAM_DIR, 'models');

/**
 * The folders of model packages: those included with the program, and those imported into the data directory.
 */
@Injectable()
export class ModelFiles {
  readonly dataDir: string;
  /** Folder of files during their upload. */
  readonly uploadsDir: string;

  constructor(@Inject(CONFIG) config: Config) {
    this.dataDir = join(config.dataDir, 'models');
    this.uploadsDir = join(config.dataDir, 'uploads');
  }

  dirOf({ location, modelName, version }: PackageKey): string {
    return join(location === 'shipped' ? SHIPPED_MODELS_DIR : this.dataDir, modelName, String(version));
  }

  /** Version numbers with a folder in the data directory, whether they are in the catalogue or not. */
  async versionsOnDisk(name: string): Promise<number[]> {
    return (await namesIn(join(this.dataDir, name)))
      .filter((name) => /^[1-9]\d{0,9}$/.test(name))
      .map(Number);
  }

  async remove(version: ModelVersion): Promise<void> {
    if (version.location === 'data') await rm(this.dirOf(version), { recursive: true, force: true });
  }

  /**
   * Removes uploads left behind by a killed server. Only for a server that starts and has the data directory
   * to itself.
   */
  async dropUploads(): Promise<void> {
    await rm(this.uploadsDir, { recursive: true, force: true });
  }

  /** Removes the drafts of imports that died. A complete package is never removed here, whether it is known or not. */
  async sweep(): Promise<void> {
    for (const name of await namesIn(this.dataDir))
      for (const entry of await namesIn(join(this.dataDir, name)))
        if (isAbandonedDraft(entry))
          await rm(join(this.dataDir, name, entry), { recursive: true, force: true });
  }

  /** The packages of the data directory that `known` does not list, by name, the newest version of each first. */
  async unknown(known: readonly ModelVersion[]): Promise<PackageKey[]> {
    const dirs = new Set(known.map((version) => this.dirOf(version)));
    const found: PackageKey[] = [];
    for (const modelName of (await namesIn(this.dataDir)).sort())
      for (const version of (await this.versionsOnDisk(modelName)).sort((a, b) => b - a)) {
        const key = { location: 'data', modelName, version } as const;
        if (!dirs.has(this.dirOf(key))) found.push(key);
      }
    return found;
  }
}

/** Drafts are named `.VERSION-PID-UUID`, with the id of the process that writes them. */
function isAbandonedDraft(entry: string): boolean {
  const draft = /^\.\d+-(\d+)-/.exec(entry);
  return draft !== null && !isRunning(Number(draft[1]));
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function namesIn(dir: string): Promise<string[]> {
  const entries = await readdir(dir, { withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
}
