import { join } from 'node:path';
import { tabularSignature } from '../../inference/tabular/signature.js';
import { TabularModel } from '../../inference/tabular/tabular-model.js';
import type { TabularPart } from '../part.js';
import { readPickle } from '../pickle/index.js';
import { kindOfPickle } from '../pickle/recognise.js';
import { libraries } from '../pickled-libraries.js';
import { type ImportedModel, type ImportOptions, type Runtime } from '../runtime.js';
import { readModelFile, type ImportSource } from '../source.js';
import { readEstimator } from './model/estimator-file.js';
import { partOf } from './part.js';
import { rebuildForTfjs } from './rebuild-tfjs.js';

/** The package's one file: the original bytes, whatever its name and compression were. */
const MODEL_FILE = 'model.pkl';

/** scikit-learn's pickles and joblib files, read as data and evaluated in float64. */
export const sklearnRuntime: Runtime = {
  async recognise({ isDirectory, head }) {
    return isDirectory ? undefined : kindOfPickle(head);
  },

  import: importModel,
  rebuild: { tfjs: importForTfjs },

  async load(dir, signature) {
    const root = await readEstimator(await readModelFile(join(dir, MODEL_FILE)));
    const { evaluator, memoryBytes } = partOf(root);
    return new TabularModel(evaluator, signature, memoryBytes);
  },

  async value(path) {
    return readPickle(await readModelFile(path), libraries);
  },
};

async function importModel({ path }: ImportSource, { featureNames }: ImportOptions): Promise<ImportedModel> {
  return (await read(path, featureNames)).imported;
}

async function importForTfjs(
  { path }: ImportSource,
  { featureNames }: ImportOptions,
): Promise<ImportedModel> {
  const { root, evaluator, imported } = await read(path, featureNames);
  return rebuildForTfjs(root, evaluator, imported);
}

async function read(path: string, featureNames: readonly string[] | undefined) {
  const root = await readEstimator(await readModelFile(path));
  const part = partOf(root);
  const imported: ImportedModel = {
    ...importedEstimator(part, featureNames),
    files: new Map([[MODEL_FILE, { copyFrom: path }]]),
  };
  return { root, evaluator: part.evaluator, imported };
}

/** What is told of one estimator, whatever file it was read from. */
export function importedEstimator(
  { evaluator, ...part }: TabularPart,
  featureNames: readonly string[] | undefined,
): Omit<ImportedModel, 'files'> {
  return {
    description: part.description,
    signature: tabularSignature(evaluator, part, featureNames),
    provenance: {
      library: part.library,
      ...(part.libraryVersion !== undefined && { libraryVersion: part.libraryVersion }),
      nFeatures: evaluator.nFeatures,
      tree: part.tree,
    },
  };
}
