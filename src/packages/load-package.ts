import type { LoadedModel } from '../inference/model.js';
import { type Manifest, readManifest, verifyFiles } from './manifest.js';
import { runtimeNamed } from '../formats/formats.js';

/**
 * Loads the package in `dir` into memory, after checking the digests of its files.
 * @throws ModelFileError if it is damaged or its runtime rejects it
 */
export async function loadPackage(dir: string): Promise<{ manifest: Manifest; model: LoadedModel }> {
  const manifest = await readManifest(dir);
  await verifyFiles(dir, manifest);
  const runtime = await runtimeNamed(manifest.runtime);
  return { manifest, model: await runtime.load(dir, manifest.signature, manifest.runtimeOptions) };
}
