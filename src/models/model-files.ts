import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Inject, Injectable } from '@nestjs/common';
import { PROGRAM_DIR } from '../common/program.js';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.module.js';
import type { ModelVersion } from './model-version.entity.js';

export const SHIPPED_MODELS_DIR = join(PROGRAM_DIR, 'models');

/** Where model packages lie: those shipped beside the program, those imported in the data directory. */
@Injectable()
export class ModelFiles {
  readonly dataDir: string;
  /** Where files lie while they are uploaded. */
  readonly uploadsDir: string;

  constructor(@Inject(CONFIG) config: Config) {
    this.dataDir = join(config.dataDir, 'models');
    this.uploadsDir = join(config.dataDir, 'uploads');
  }

  dirOf({ location, modelName, version }: Pick<ModelVersion, 'location' | 'modelName' | 'version'>): string {
    return join(location === 'shipped' ? SHIPPED_MODELS_DIR : this.dataDir, modelName, String(version));
  }

  /** Version numbers that a folder of the data directory holds, whether the catalogue knows them or not. */
  async versionsOnDisk(name: string): Promise<number[]> {
    return (await namesIn(join(this.dataDir, name))).map(Number).filter(Number.isInteger);
  }

  async remove(version: ModelVersion): Promise<void> {
    if (version.location === 'data') await rm(this.dirOf(version), { recursive: true, force: true });
  }

  /** Removes what uploads to a server that died left behind; for a server that starts, alone on its data directory. */
  async dropUploads(): Promise<void> {
    await rm(this.uploadsDir, { recursive: true, force: true });
  }

  /** Removes what imports that died left behind: their drafts, and packages that no version in `known` is about. */
  async sweep(known: readonly ModelVersion[]): Promise<void> {
    const kept = new Set(known.map((version) => this.dirOf(version)));
    for (const name of await namesIn(this.dataDir))
      for (const entry of await namesIn(join(this.dataDir, name))) {
        const dir = join(this.dataDir, name, entry);
        if (!kept.has(dir) && (await isAbandoned(entry, dir)))
          await rm(dir, { recursive: true, force: true });
      }
  }
}

/** A finished package gets its row at once; a minute without one means that its import died. */
const ROW_DELAY_MS = 60_000;

/** Drafts are named `.VERSION-PID-UUID` after the process that writes them. */
async function isAbandoned(entry: string, dir: string): Promise<boolean> {
  const draft = /^\.\d+-(\d+)-/.exec(entry);
  if (draft) return !isRunning(Number(draft[1]));
  return Date.now() - (await stat(dir)).mtimeMs > ROW_DELAY_MS;
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
