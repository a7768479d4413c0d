import type { ImportedModel, ImportOptions, Runtime } from '../runtime.js';
import type { ImportSource } from '../source.js';
import { ModelFileError } from '../../inference/model.js';
import { headOf } from './heads.js';
import { loadNetwork } from './load.js';
import { TfjsModel } from './loaded-model.js';
import { MODEL_JSON, parseModelJson } from './model-json.js';
import { provenanceOf } from './provenance.js';
import { signatureOf } from './signature.js';
import { folderSource, kindOf, openSource } from './source.js';
import { isUnbounded } from './unbounded.js';
import { weightPaths } from './weights.js';

/** TensorFlow.js LayersModels and GraphModels. https://www.tensorflow.org/js/guide/save_load */
export const tfjsRuntime: Runtime = {
  async recognise(source) {
    const kind = await kindOf(source);
    return kind && `a TensorFlow.js model (${kind === 'json' ? MODEL_JSON : kind})`;
  },

  isUnbounded: async (dir) => isUnbounded(parseModelJson(await folderSource(dir).read(MODEL_JSON))),

  import: importModel,

  async load(dir, signature, options) {
    const head = headOf(options);
    const { network, computation, bytes } = await loadNetwork(folderSource(dir));
    return new TfjsModel(network, computation, signature, bytes, head);
  },
};

/** Rebuilds the model once, so that what cannot be served is refused here and not at the first request. */
async function importModel(source: ImportSource, { featureNames }: ImportOptions): Promise<ImportedModel> {
  const kind = await kindOf(source);
  if (!kind) throw new ModelFileError('it is not a TensorFlow.js model');
  const files = await openSource(source, kind);
  try {
    const warm = await loadNetwork(files);
    warm.network.dispose();
    const kept = new Map<string, Uint8Array | { copyFrom: string }>();
    for (const path of [MODEL_JSON, ...weightPaths(warm.json)]) kept.set(path, await files.keep(path));
    return {
      ...provenanceOf(warm.json),
      signature: signatureOf(warm, featureNames),
      ...(isUnbounded(warm.json) && { isolated: true }),
      files: kept,
    };
  } finally {
    files.close();
  }
}
