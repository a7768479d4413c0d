import { join } from 'node:path';
import { type ImportedModel, type ImportOptions, type Runtime } from '../runtime.js';
import { readModelFile, type ImportSource } from '../source.js';
import { buildEvaluator } from '../pickled-libraries.js';
import { readEstimator } from './model/estimator-file.js';
import { TabularModel } from '../../inference/tabular/tabular-model.js';
import { arrayBytes } from './model/graph.js';
import { modelTree } from './model/model-tree.js';
import { describe, libraryTitle, libraryVersion } from './model/provenance.js';
import { kindOfPickle } from '../pickle/recognise.js';
import { rebuildForTfjs } from './rebuild-tfjs.js';
import { signatureOf } from './signature.js';

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
    const evaluator = buildEvaluator(root);
    return new TabularModel(evaluator, signature, evaluator.memoryBytes ?? arrayBytes(root));
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
  const evaluator = buildEvaluator(root);
  const version = libraryVersion(root);
  const imported: ImportedModel = {
    description: describe(root),
    signature: signatureOf(root, evaluator, featureNames),
    files: new Map([[MODEL_FILE, { copyFrom: path }]]),
    provenance: {
      library: libraryTitle(root),
      ...(version !== undefined && { libraryVersion: version }),
      nFeatures: evaluator.nFeatures,
      tree: modelTree(root),
    },
  };
  return { root, evaluator, imported };
}
