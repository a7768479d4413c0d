import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { type Manifest, readManifest, writePackage } from '../packages/manifest.js';
import type { DatasetOptions } from './dataset.js';
import { fitModel, type FittedModel } from './fit-model.js';
import type { Progress } from './logistic-regression.js';

export interface TrainOptions extends DatasetOptions {
  /** The model's name. */
  readonly name: string;
  /** The folder for model packages. The new one is `<outDir>/<name>/<version>`. */
  readonly outDir: string;
  readonly onProgress?: (progress: Progress) => void;
}

export interface Trained {
  /** The package's folder. */
  readonly dir: string;
  readonly manifest: Manifest;
  readonly iterations: number;
  /** False if the newest version is the same model, so that nothing was written. */
  readonly isNew: boolean;
}

/**
 * Fits a model on a CSV file and writes it as the next version of its name. The same data gives the same
 * package, byte for byte: it contains no time and no machine name.
 * @throws TrainingError if the data is not suitable for training
 */
export async function train(options: TrainOptions): Promise<Trained> {
  const { model, iterations } = await fitModel(options, options.onProgress);
  const { files, ...about } = model;
  const folder = join(options.outDir, options.name);
  const newest = Math.max(0, ...(await versionsIn(folder)));
  if (newest > 0) {
    const dir = join(folder, String(newest));
    const manifest = await readManifest(dir);
    if (isSame(manifest, model)) return { dir, manifest, iterations, isNew: false };
  }
  const version = String(newest + 1);
  const dir = join(folder, version);
  const manifest = await writePackage(
    dir,
    { schemaVersion: 1, name: options.name, version, ...about },
    files,
  );
  return { dir, manifest, iterations, isNew: true };
}

function isSame({ metrics, files, provenance }: Manifest, model: FittedModel): boolean {
  const digests = files.map(({ path, sha256 }) => [path, sha256]);
  const fitted = [...model.files].map(([path, content]) => [path, sha256Of(content as Uint8Array)]);
  return isDeepStrictEqual([metrics, digests, provenance], [{ ...model.metrics }, fitted, model.provenance]);
}

function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

async function versionsIn(folder: string): Promise<number[]> {
  const entries = await readdir(folder).catch(() => []);
  return entries.filter((entry) => /^[1-9]\d*$/.test(entry)).map(Number);
}
