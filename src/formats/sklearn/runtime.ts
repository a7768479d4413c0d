import { join } from 'node:path';
import { ModelFileError } from '../../inference/model.js';
import { type ImportedModel, type ImportOptions, type ImportSource, type Runtime } from '../runtime.js';
import { buildEvaluator } from '../pickled-libraries.js';
import { readEstimator, readModelFile } from './model/estimator-file.js';
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
  name: 'sklearn',

  async recognise({ isDirectory, head }) {
    return isDirectory ? undefined : kindOfPickle(head);
  },

  import: importModel,

  async load(dir, signature) {
    const root = await readEstimator(await readModelFile(join(dir, MODEL_FILE)));
    return new TabularModel(buildEvaluator(root), signature, arrayBytes(root));
  },
};

async function importModel(
  { path }: ImportSource,
  { featureNames, runtime }: ImportOptions,
): Promise<ImportedModel> {
  if (runtime === 'onnx') {
    throw new ModelFileError(
      'a scikit-learn file cannot be rebuilt for ONNX here; skl2onnx does that in Python',
    );
  }
  const root = await readEstimator(await readModelFile(path));
  const evaluator = buildEvaluator(root);
  const signature = signatureOf(root, evaluator, featureNames);
  const version = libraryVersion(root);
  const imported: ImportedModel = {
    runtime: 'sklearn',
    description: describe(root),
    signature,
    files: new Map([[MODEL_FILE, { copyFrom: path }]]),
    provenance: {
      library: libraryTitle(root),
      ...(version !== undefined && { libraryVersion: version }),
      nFeatures: evaluator.nFeatures,
      tree: modelTree(root),
    },
  };
  return runtime === 'tfjs' ? rebuildForTfjs(root, evaluator, imported) : imported;
}
