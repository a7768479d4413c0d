import { copyFile, mkdir, mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ModelFileError } from '../../inference/model.js';
import { type ImportedModel, type ImportOptions } from '../runtime.js';
import { type ImportSource } from '../source.js';
import { classesOf } from './classes.js';
import { findExternalFiles, type ExternalFile } from './external-data.js';
import { readModel } from './onnx-model.js';
import { countOperators } from './operators.js';
import { provenanceOf } from './provenance.js';
import { signatureOf } from './signature.js';
import { warningsOf, withSeen } from './seen-outputs.js';
import { isUnbounded } from './unbounded.js';
import { tryModel } from './trial.js';
import { cutZipMaps, findZipMaps } from './zipmap.js';

/** The model's name in its package. */
export const MODEL_FILE = 'model.onnx';

/** Names that external data cannot have beside the model. */
const PACKAGE_FILES = new Set([MODEL_FILE, 'modelgate.json']);

/** Protocol buffers hold no message of 2 GiB or more; larger models keep their weights in external files. */
const MAX_FILE_BYTES = 2 ** 31 - 1;

/** Reads, cuts and tries the model of a file. @throws ModelFileError */
export async function importOnnx(source: ImportSource, options: ImportOptions): Promise<ImportedModel> {
  const original = await readBounded(source.path);
  const asRead = readModel(original);
  const operators = countOperators(original);
  const external = await findExternalFiles(original, source.path);
  const taken = external.find(({ location }) => PACKAGE_FILES.has(location));
  if (taken)
    throw new ModelFileError(`external data ${taken.location} bears the name of a file of the package`);
  const zipMaps = findZipMaps(asRead);
  const bytes = zipMaps.length > 0 ? cutZipMaps(original, asRead, zipMaps) : original;
  const model = zipMaps.length > 0 ? readModel(bytes) : asRead;
  const { signature, dropped } = signatureOf(model, options.featureNames, classesOf(asRead, zipMaps));
  const weightBytes = external.reduce((sum, { size }) => sum + size, bytes.length);
  const trial = (path: string) => tryModel(path, signature, weightBytes);
  const tried = await (bytes === original ? trial(source.path) : inPackage(bytes, external, trial));
  const { description, provenance } = provenanceOf(asRead, operators, zipMaps, dropped);
  const seen = withSeen(signature, model, tried);
  const warnings = warningsOf(seen, tried);
  return {
    description,
    provenance: { ...provenance, ...(warnings.length > 0 && { warnings }) },
    signature: seen,
    ...(isUnbounded(model.graph, operators) && { isolated: true }),
    files: new Map<string, Uint8Array | { copyFrom: string }>([
      [MODEL_FILE, bytes],
      ...external.map(({ location, path }) => [location, { copyFrom: path }] as const),
    ]),
  };
}

async function readBounded(path: string): Promise<Uint8Array> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    if (size > MAX_FILE_BYTES)
      throw new ModelFileError(`the file has ${size} bytes; an ONNX file has less than 2 GiB`);
    return await file.readFile();
  } finally {
    await file.close();
  }
}

/** Lays the changed model and its external files out in a temporary folder for as long as `use` takes. */
async function inPackage<T>(
  bytes: Uint8Array,
  external: readonly ExternalFile[],
  use: (path: string) => Promise<T>,
) {
  const folder = await mkdtemp(join(tmpdir(), 'modelgate-onnx-'));
  try {
    const path = join(folder, MODEL_FILE);
    await writeFile(path, bytes);
    for (const file of external) {
      await mkdir(dirname(join(folder, file.location)), { recursive: true });
      await copyFile(file.path, join(folder, file.location));
    }
    return await use(path);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
