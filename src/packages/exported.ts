/** A package as one file, for another installation: a zip of modelgate.json and the files that it lists. */
import { createReadStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isUnboundedPackage, loadModel, type ServableModel } from '../formats/formats.js';
import type { ImportSource } from '../formats/source.js';
import { DISK_LIMITS, openArchive } from '../formats/zip.js';
import { ModelFileError, ModelInputError, type LoadedModel, type Signature } from '../inference/model.js';
import type { Tensor } from '../inference/tensor.js';
import { MANIFEST_FILE, readManifest, verifyFiles } from './manifest.js';

/** What a package tells beside the model: figures on held-out data. */
export type ExportedModel = ServableModel & { readonly metrics?: Readonly<Record<string, unknown>> };

/** One date for all entries, so that the same package gives the same bytes. */
const DATE = new Date(Date.UTC(1980, 0, 1, 12));

/** The bytes of a zip of the package in `dir`, after its digests have been checked. @throws ModelFileError */
export async function* exportPackage(dir: string): AsyncGenerator<Uint8Array> {
  const manifest = await readManifest(dir);
  await verifyFiles(dir, manifest);
  const { ZipFile } = await import('yazl');
  const zip = new ZipFile();
  for (const path of [MANIFEST_FILE, ...manifest.files.map((file) => file.path)]) {
    zip.addReadStreamLazy(path, { mtime: DATE, mode: 0o100600, compress: false }, (give) =>
      give(null, createReadStream(join(dir, path))),
    );
  }
  zip.end();
  for await (const chunk of zip.outputStream) yield chunk as Uint8Array;
}

/**
 * The model of an exported package; undefined for other files.
 * @param scratch a folder for what is unpacked; it must live until the model is stored
 * @throws ModelFileError where the package is damaged, or its manifest does not fit its files
 */
export async function exportedModel(
  source: ImportSource,
  scratch: string,
): Promise<ExportedModel | undefined> {
  if (source.isDirectory || Buffer.from(source.head.subarray(0, 4)).toString('latin1') !== 'PK\u0003\u0004')
    return undefined;
  const dir = join(scratch, 'package');
  if (!(await unzipPackage(source.path, dir))) return undefined;
  return named(async () => {
    const manifest = await readManifest(dir);
    await verifyFiles(dir, manifest);
    const { runtime, signature, description, metrics, provenance, runtimeOptions, name, version, createdAt } =
      manifest;
    // Not read from the manifest, which the caller may have changed.
    const isolated = await isUnboundedPackage(runtime, dir, runtimeOptions);
    const model = await loadModel(runtime, dir, signature, runtimeOptions);
    try {
      await checkAnswers(model, signature);
    } finally {
      await model.dispose();
    }
    return {
      runtime,
      signature,
      description,
      ...(metrics && { metrics }),
      ...(runtimeOptions && { runtimeOptions }),
      ...(isolated && { isolated }),
      files: new Map(manifest.files.map(({ path }) => [path, { copyFrom: join(dir, path) }])),
      provenance: {
        ...provenance,
        exportedFrom: { name, version, ...(createdAt !== undefined && { createdAt }) },
      },
    };
  }, dir);
}

/** Extracts the archive if it is a package, with no file but those that its manifest may list. */
async function unzipPackage(path: string, dir: string): Promise<boolean> {
  const archive = await openArchive(path, DISK_LIMITS).catch((error: unknown) => {
    if (error instanceof ModelFileError) return undefined;
    throw error;
  });
  if (archive === undefined) return false;
  try {
    if (!archive.paths.includes(MANIFEST_FILE)) return false;
    await mkdir(dir, { recursive: true });
    for (const name of archive.paths) await archive.extract(name, join(dir, name));
    return true;
  } finally {
    archive.close();
  }
}

/** Messages without the scratch folder; what a manifest makes a loader throw is a fault of the package. */
async function named<T>(work: () => Promise<T>, dir: string): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const reason = (error as Error).message
      .replaceAll(`${dir}: `, '')
      .replaceAll(`${dir}/`, '')
      .split('\n')[0];
    throw new ModelFileError(
      error instanceof ModelFileError
        ? reason
        : `${MANIFEST_FILE} does not fit the package's files: ${reason}`,
    );
  }
}

/** Two rows in the middle of what the signature allows: the outputs must have its datatypes. */
async function checkAnswers(model: LoadedModel, signature: Signature): Promise<void> {
  if (signature.features === undefined) return;
  const outputs = signature.outputs.map(({ name }) => name);
  const answers = await Promise.resolve()
    .then(() => model.infer(exampleTensors(signature), outputs))
    .catch((error: unknown) => {
      if (error instanceof ModelInputError) return undefined;
      throw error;
    });
  if (answers === undefined) return;
  for (const [k, spec] of signature.outputs.entries()) {
    const { [k]: answer } = answers;
    const fits = answer?.datatype === spec.datatype && answer.shape.length === spec.shape.length;
    if (!fits || answer.shape[0] !== 2)
      throw new ModelFileError(`the output ${spec.name} is not what ${MANIFEST_FILE} says`);
  }
}

function exampleTensors({ inputs, features = [] }: Signature): Tensor[] {
  return inputs.map(({ name, datatype, shape }, j): Tensor => {
    const width = shape.slice(1).reduce((product, size) => product * Math.max(size, 1), 1);
    const { categories, range } = features[j] ?? {};
    if (datatype === 'BYTES')
      return {
        name,
        datatype,
        shape: [2, ...shape.slice(1)],
        data: new Array<string>(2 * width).fill(String(categories?.[0] ?? '')),
      };
    const value = inputs.length > 1 && range !== undefined ? (range[0] + range[1]) / 2 : 0;
    const data =
      datatype === 'FP32' ? new Float32Array(2 * width).fill(value) : new Float64Array(2 * width).fill(value);
    return { name, datatype, shape: [2, ...shape.slice(1)], data };
  });
}
