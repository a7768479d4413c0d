import type { LoadedModel } from '../inference/model.js';
import { type Manifest, readManifest, verifyFiles } from './manifest.js';
import { loadModel } from '../formats/formats.js';
import { IsolatedModel, type ServeLimits } from './process/isolated-model.js';

export interface LoadedPackage {
  readonly manifest: Manifest;
  readonly model: LoadedModel;
}

/**
 * Loads the package in `dir` into memory, after checking the digests of its files.
 * @param limits if given, a model that must be isolated is loaded into a process of its own
 * @throws ModelFileError if it is damaged or its runtime rejects it
 */
export async function loadPackage(dir: string, limits?: ServeLimits): Promise<LoadedPackage> {
  const manifest = await readManifest(dir);
  if (!manifest.isolated || limits === undefined) return loadFiles(dir, manifest);
  await verifyFiles(dir, manifest);
  return { manifest, model: await IsolatedModel.load(dir, manifest.signature, limits) };
}

async function loadFiles(dir: string, manifest: Manifest): Promise<LoadedPackage> {
  await verifyFiles(dir, manifest);
  const { runtime, signature, runtimeOptions } = manifest;
  return { manifest, model: await loadModel(runtime, dir, signature, runtimeOptions) };
}
