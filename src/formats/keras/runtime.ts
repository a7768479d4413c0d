import { ModelFileError } from '../../inference/model.js';
import type { ImportedModel, ImportOptions, Runtime } from '../runtime.js';
import type { ImportSource } from '../source.js';
import { tensorflow } from '../tfjs/backend.js';
import { exclusively } from '../tfjs/exclusive.js';
import { layerWeights } from '../tfjs/layers-network.js';
import { loadNetwork } from '../tfjs/load.js';
import { MODEL_JSON } from '../tfjs/model-json.js';
import { provenanceOf } from '../tfjs/provenance.js';
import { tfjsRuntime } from '../tfjs/runtime.js';
import { signatureOf } from '../tfjs/signature.js';
import { kindOf, openSavedModel, type SavedModel } from './saved-model.js';
import { topologyOf } from './topology.js';

const WEIGHTS_FILE = 'weights.bin';

/**
 * Keras 2 and 3 models (`.h5`, `.keras`), rebuilt as TensorFlow.js models from their configuration and weights.
 * https://keras.io/api/models/model_saving_apis
 */
export const kerasRuntime: Runtime = {
  async recognise(source) {
    const kind = await kindOf(source);
    return kind && `a Keras model (.${kind})`;
  },

  import: importModel,

  load: tfjsRuntime.load,
};

async function importModel(source: ImportSource, { featureNames }: ImportOptions): Promise<ImportedModel> {
  const kind = await kindOf(source);
  if (!kind) throw new ModelFileError('it is not a Keras model');
  const files = await rebuilt(await openSavedModel(source.path, kind));
  const warm = await loadNetwork({
    read: async (path) => files.get(path)!,
    keep: async (path) => files.get(path)!,
    close: () => undefined,
  });
  warm.network.dispose();
  const { provenance, description } = provenanceOf(warm.json);
  return {
    description: description.replace('TensorFlow.js LayersModel', warm.json.generatedBy ?? 'Keras'),
    provenance: { ...provenance, format: kind },
    signature: signatureOf(warm, featureNames),
    files,
  };
}

/** The files of the same model as TensorFlow.js has them. */
async function rebuilt(saved: SavedModel): Promise<Map<string, Uint8Array>> {
  const { modelConfig, leaves } = topologyOf(saved.model, Number.parseInt(saved.kerasVersion, 10));
  const library = await tensorflow();
  const paths = leaves.map(({ path }) => path);
  const slots = await exclusively(() => layerWeights(library, modelConfig, paths, saved.mostValues));
  const weights = saved.weights(leaves.map((leaf, i) => ({ ...leaf, slots: slots[i] })));
  const json = {
    format: 'layers-model',
    generatedBy: `Keras ${saved.kerasVersion}`,
    modelTopology: { model_config: modelConfig },
    weightsManifest: [
      {
        paths: [WEIGHTS_FILE],
        weights: weights.map(({ name, shape }) => ({ name, shape, dtype: 'float32' })),
      },
    ],
  };
  const data = Buffer.concat(
    weights.map(({ data }) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength)),
  );
  return new Map<string, Uint8Array>([
    [MODEL_JSON, Buffer.from(JSON.stringify(json))],
    [WEIGHTS_FILE, data],
  ]);
}
