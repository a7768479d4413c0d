/** Modelgate's runtimes in this process: a model file imported and loaded as the server does, without HTTP. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readManifest, writePackage } from '../../dist/src/packages/manifest.js';
import { importSource } from '../../dist/src/formats/source.js';
import { importModel, runtimeNamed } from '../../dist/src/formats/formats.js';

/** Loads a model file. @returns the runtime's LoadedModel */
export async function loadModelFile(path) {
  const { files, ...about } = await importModel(await importSource(path));
  const dir = await mkdtemp(join(tmpdir(), 'bench-model-'));
  try {
    await writePackage(join(dir, '1'), { schemaVersion: 1, name: 'bench', version: '1', ...about }, files);
    return await loadPackage(join(dir, '1'));
  } finally {
    await rm(dir, { recursive: true });
  }
}

/** Loads a model package, such as the one shipped with the program. */
export async function loadPackage(dir) {
  const { runtime, signature, runtimeOptions } = await readManifest(dir);
  return (await runtimeNamed(runtime)).load(dir, signature, runtimeOptions);
}

/** Rows as the one input tensor of a numeric model. */
export function tensorOf({ signature }, rows) {
  const [spec] = signature.inputs;
  return { ...spec, shape: [rows.length, rows[0].length], data: Float64Array.from(rows.flat()) };
}

/** The model's default output for rows, as numbers. */
export async function labelsOf(model, rows) {
  const [output] = await model.infer([tensorOf(model, rows)], model.signature.defaultOutputs);
  return Array.from(output.data, Number);
}
