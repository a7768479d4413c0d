import { VERSION } from '../../../common/program.js';
import type { LoadedVersion } from '../../../models/loaded-version.js';
import type { CataloguedModel } from '../../../models/model-catalog.js';
import type { TensorSpec } from '../../../inference/tensor.js';

/** Supported extensions of the protocol. */
export const SERVER_METADATA = {
  name: 'modelgate',
  version: VERSION,
  extensions: [
    'binary_tensor_data',
    'classification',
    'model_repository',
    'model_repository(unload_dependents)',
    'statistics',
  ],
} as const;

const PLATFORMS = {
  tfjs: 'tensorflow_js',
  lightgbm: 'lightgbm_text',
  sklearn: 'sklearn_pickle',
  xgboost: 'xgboost_model',
  onnx: 'onnx_onnxv1',
  chain: 'modelgate_chain',
  keras: 'keras_savedmodel',
} as const;

export interface ModelMetadata {
  readonly name: string;
  readonly versions: readonly string[];
  readonly platform: string;
  readonly inputs: readonly TensorSpec[];
  readonly outputs: readonly TensorSpec[];
}

export function modelMetadata(model: CataloguedModel, { manifest }: LoadedVersion): ModelMetadata {
  const { inputs, outputs } = manifest.signature;
  const plain = ({ name, datatype, shape }: TensorSpec): TensorSpec => ({ name, datatype, shape });
  return {
    name: model.name,
    versions: model.versions.map(({ version }) => String(version)),
    platform: PLATFORMS[manifest.runtime],
    inputs: inputs.map(plain),
    outputs: outputs.map(plain),
  };
}

export interface IndexEntry {
  readonly name: string;
  readonly version: string;
  readonly state: 'READY' | 'UNAVAILABLE';
  readonly reason: string;
}

/** One entry per version. Versions that are not live are served if a request names them, but are not kept loaded. */
export function indexEntries(
  model: CataloguedModel,
  live: LoadedVersion | undefined,
  failed: boolean,
): IndexEntry[] {
  return model.versions.map(({ version }) => {
    const ready = live?.version === version;
    const reason = ready
      ? ''
      : version !== model.liveVersion
        ? 'not live'
        : failed
          ? 'failed to load'
          : 'unloaded';
    return { name: model.name, version: String(version), state: ready ? 'READY' : 'UNAVAILABLE', reason };
  });
}
