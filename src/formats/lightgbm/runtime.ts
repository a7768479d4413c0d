import { join } from 'node:path';
import { TabularModel } from '../../inference/tabular/tabular-model.js';
import type { TabularPart } from '../part.js';
import type { ImportedModel, ImportOptions, Runtime } from '../runtime.js';
import { readModelFile, type ImportSource } from '../source.js';
import { tabularSignature } from '../../inference/tabular/signature.js';
import { boosterEvaluator, type BoosterEvaluator } from './evaluator.js';
import { readLightgbm, type LightgbmModel } from './lightgbm-model.js';

/** The package's one file: the original text. */
const MODEL_FILE = 'model.txt';

/** The version of the format follows the first line. */
const BEGINNING = /^tree\r?\nversion=v\d/;

/** The text of `Booster.save_model`, evaluated in float64 like LightGBM. */
export const lightgbmRuntime: Runtime = {
  async recognise({ isDirectory, head }) {
    const text = Buffer.from(head.subarray(0, 40)).toString('latin1');
    return !isDirectory && BEGINNING.test(text) ? 'a LightGBM model' : undefined;
  },

  import: importModel,

  async load(dir, signature) {
    const evaluator = boosterEvaluator(await readText(join(dir, MODEL_FILE)));
    return new TabularModel(evaluator, signature, evaluator.memoryBytes);
  },

  async part(path) {
    return partOf(await readText(path));
  },
};

function partOf(model: LightgbmModel): TabularPart & { evaluator: BoosterEvaluator } {
  const evaluator = boosterEvaluator(model);
  const { objective, version } = model.head;
  const trees = model.trees.length;
  return {
    evaluator,
    title: 'Booster',
    predict: 'FP64',
    description: `LightGBM ${objective.name}, ${trees} ${trees === 1 ? 'tree' : 'trees'} (format ${version})`,
    library: 'LightGBM',
    tree: { className: 'Booster', parameters: { objective: objective.name, trees } },
    memoryBytes: evaluator.memoryBytes,
  };
}

async function importModel({ path }: ImportSource, { featureNames }: ImportOptions): Promise<ImportedModel> {
  const model = await readText(path);
  const { evaluator, description, title, predict, library } = partOf(model);
  const { objective, version, nFeatures } = model.head;
  return {
    description,
    signature: tabularSignature(evaluator, { title, predict }, featureNames),
    files: new Map([[MODEL_FILE, { copyFrom: path }]]),
    provenance: {
      library,
      formatVersion: version,
      nFeatures,
      trees: model.trees.length,
      objective: objective.name,
    },
  };
}

async function readText(path: string): Promise<LightgbmModel> {
  const { buffer, byteOffset, length } = await readModelFile(path);
  return readLightgbm(Buffer.from(buffer, byteOffset, length));
}
