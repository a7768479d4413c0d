import { join } from 'node:path';
import { TabularModel } from '../../inference/tabular/tabular-model.js';
import type { TabularPart } from '../part.js';
import type { ImportedModel, ImportOptions, Runtime } from '../runtime.js';
import { type ImportSource, readModelFile } from '../source.js';
import { tabularSignature } from '../../inference/tabular/signature.js';
import { boosterEvaluator, describeLearner } from './evaluator.js';
import type { Learner } from './learner.js';
import { encodingOf, readXgboost } from './read-model.js';
import { versionText } from './version.js';

/** The package's one file: the original bytes, whatever its name and encoding were. */
const MODEL_FILE = 'model.xgb';

/** XGBoost's own files: JSON, UBJSON and the binary form of up to 2.0. Each answers as `Booster.predict` does. */
export const xgboostRuntime: Runtime = {
  async recognise({ isDirectory, head }) {
    const encoding = isDirectory ? undefined : encodingOf(head);
    return encoding && `an XGBoost model (${encoding})`;
  },

  async import({ path }: ImportSource, { featureNames }: ImportOptions): Promise<ImportedModel> {
    const { evaluator, ...found } = await part(path);
    return {
      description: found.description,
      signature: tabularSignature(evaluator, found, featureNames),
      files: new Map([[MODEL_FILE, { copyFrom: path }]]),
      provenance: {
        library: found.library,
        libraryVersion: found.libraryVersion,
        nFeatures: evaluator.nFeatures,
        tree: found.tree,
      },
    };
  },

  async load(dir, signature) {
    const { evaluator, memoryBytes } = await part(join(dir, MODEL_FILE));
    return new TabularModel(evaluator, signature, memoryBytes);
  },

  part,
};

async function part(path: string): Promise<TabularPart> {
  const learner = readXgboost(await readModelFile(path));
  const evaluator = boosterEvaluator(learner);
  return {
    evaluator,
    title: 'the XGBoost model',
    predict: 'FP64',
    description: describeLearner(learner),
    library: 'XGBoost',
    libraryVersion: versionText(learner.version),
    tree: { className: 'Booster', parameters: parametersOf(learner) },
    memoryBytes: evaluator.memoryBytes,
  };
}

function parametersOf({ booster, objective, trees, nOutputs, attributes }: Learner): Record<string, unknown> {
  const best = attributes.get('best_iteration');
  return {
    booster,
    objective,
    ...(booster !== 'gblinear' && { trees: trees.length }),
    outputs: nOutputs,
    ...(best !== undefined && { best_iteration: best.slice(0, 20) }),
  };
}
