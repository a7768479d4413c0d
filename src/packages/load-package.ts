import type { LoadedModel } from '../inference/model.js';
import { type Manifest, readManifest, verifyFiles } from './manifest.js';
import { loadModel } from '../formats/formats.js';

/**
 * Loads the package in `dir` into memory, after checking the digests of its files.
 * @throws ModelFileError if it is damaged or its runtime rejects it
 */
export async function loadPackage(dir: string): Promise<{ manifest: Manifest; model: LoadedModel }> {
  const manifest = await readManifest(dir);
  await verifyFiles(dir, manifest);
  const { runtime, signature, runtimeOptions } = manifest;
  return { manifest, model: await loadModel(runtime, dir, signature, runtimeOptions) };
}
