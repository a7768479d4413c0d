import { ModelFileError } from '../../inference/model.js';
import { type ImportSource, readModelFile } from '../source.js';
import { openArchive } from '../zip.js';
import type { Config } from './config.js';
import { Hdf5, HDF5_MAGIC } from './hdf5.js';
import { type LeafWeights, type NamedWeight, weightsOfH5, weightsOfKeras } from './weights.js';

/** A Keras model as it was saved. */
export interface SavedModel {
  /** "2.15.0" */
  readonly kerasVersion: string;
  readonly model: Config;
  /** Upper bound of the number of values that its weights have. */
  readonly mostValues: number;
  weights(leaves: readonly LeafWeights[]): NamedWeight[];
}

export type Kind = 'h5' | 'keras';

const ZIP_MAGIC = 'PK\u0003\u0004';
const CONFIG = 'config.json';
const METADATA = 'metadata.json';
const WEIGHTS = 'model.weights.h5';
const MAX_CONFIG_BYTES = 64 * 2 ** 20;

/** Tells a Keras file by its content. */
export async function kindOf(source: ImportSource): Promise<Kind | undefined> {
  const head = Buffer.from(source.head).toString('latin1', 0, HDF5_MAGIC.length);
  if (head === HDF5_MAGIC) return 'h5';
  if (!head.startsWith(ZIP_MAGIC)) return undefined;
  const archive = await openArchive(source.path).catch(() => undefined);
  archive?.close();
  return archive?.paths.includes(CONFIG) && archive.paths.includes(WEIGHTS) ? 'keras' : undefined;
}

/** @throws ModelFileError naming what is missing or damaged */
export function openSavedModel(path: string, kind: Kind): Promise<SavedModel> {
  return kind === 'h5' ? openH5(path) : openKeras(path);
}

/** `Model.save('model.h5')` of Keras 2 and 3. */
async function openH5(path: string): Promise<SavedModel> {
  const bytes = await readModelFile(path);
  const file = new Hdf5(bytes);
  const config = file.text('', 'model_config');
  if (config === undefined)
    throw new ModelFileError(
      file.has('layers') || file.texts('', 'layer_names')
        ? 'the HDF5 file has weights without the model; save the model with model.save("model.keras")'
        : 'the HDF5 file is not a Keras model: it has no attribute model_config',
    );
  return {
    kerasVersion: file.text('', 'keras_version') ?? file.text('model_weights', 'keras_version') ?? '2',
    model: parse(config, 'model_config'),
    mostValues: bytes.length,
    weights: (leaves) => weightsOfH5(file, 'model_weights', leaves),
  };
}

/** `Model.save('model.keras')` of Keras 2.12 and later: a zip. */
async function openKeras(path: string): Promise<SavedModel> {
  const archive = await openArchive(path);
  try {
    const read = async (name: string) => {
      const bytes = await archive.read(name);
      if (bytes.length > MAX_CONFIG_BYTES)
        throw new ModelFileError(`${name} is larger than ${MAX_CONFIG_BYTES} bytes`);
      return parse(Buffer.from(bytes).toString('utf8'), name);
    };
    const model = await read(CONFIG);
    const metadata = archive.paths.includes(METADATA) ? await read(METADATA) : {};
    const bytes = await archive.read(WEIGHTS);
    const file = new Hdf5(bytes);
    return {
      kerasVersion: typeof metadata['keras_version'] === 'string' ? metadata['keras_version'] : '3',
      model,
      mostValues: bytes.length,
      weights: (leaves) => weightsOfKeras(file, leaves),
    };
  } finally {
    archive.close();
  }
}

function parse(text: string, name: string): Config {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new ModelFileError(`${name} is not JSON`);
  }
  if (typeof value !== 'object' || value === null) throw new ModelFileError(`${name} is not an object`);
  return value as Config;
}
