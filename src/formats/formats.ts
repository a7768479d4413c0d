/**
 * The table of formats: a format is a folder and a line here. Runtime names, options of the command line, the OpenAPI
 * document, docs/models.md and the error for an unknown file are derived from it.
 */
import { join } from 'node:path';
import { type LoadedModel, ModelFileError, type Signature } from '../inference/model.js';
import { withFeatureNames } from './features.js';
import { identify, refuseImpostor } from './identify.js';
import { NotOneEstimator } from './bundle-errors.js';
import type { PyValue } from './pickle/values.js';
import type { ImportedModel, ImportOptions, Runtime, RuntimeOptions, Runtimes } from './runtime.js';
import type { ImportSource } from './source.js';

interface Format {
  /** The library or standard, for people. */
  readonly title: string;
  /** What is imported: "an ONNX file". */
  readonly files: string;
  /** A line for users in the docs. */
  readonly note: string;
  /** Loads the format's code lazily, so that a server loads only the formats of its models. */
  readonly runtime: () => Promise<Runtime>;
}

/** In the order in which they are tried for a file. No file belongs to two formats (formats.spec.ts). */
export const FORMATS = {
  tfjs: {
    title: 'TensorFlow.js',
    files: 'a TensorFlow.js folder or zip',
    note: 'folder or zip with `model.json`; LayersModels and GraphModels; sizes are checked before anything is decompressed',
    runtime: async () => (await import('./tfjs/runtime.js')).tfjsRuntime,
  },
  keras: {
    title: 'Keras',
    files: 'a Keras .h5 or .keras file',
    note: 'what `Model.save` of Keras 2 and 3 writes, Sequential and Functional; rebuilt as a TensorFlow.js model, which agrees to 1e-5; `Lambda` and custom layers are refused by name',
    runtime: async () => (await import('./keras/runtime.js')).kerasRuntime,
  },
  onnx: {
    title: 'ONNX',
    files: 'an ONNX file',
    note: "operators are tried at import; a final ZipMap is removed, its map becomes a tensor [rows, classes]; external data only from the model's own folder",
    runtime: async () => (await import('./onnx/runtime.js')).onnxRuntime,
  },
  lightgbm: {
    title: 'LightGBM',
    files: 'a LightGBM model text file',
    note: 'what `Booster.save_model` writes, formats v2 (LightGBM 2.2) to v4 (4.7); answers as `Booster.predict`, with the raw scores as output `margin`',
    runtime: async () => (await import('./lightgbm/runtime.js')).lightgbmRuntime,
  },
  sklearn: {
    title: 'scikit-learn',
    files: 'a scikit-learn pickle or joblib file',
    note: 'protocols 0 to 5, compressed or not; read as data, nothing in it is run',
    runtime: async () => (await import('./sklearn/runtime.js')).sklearnRuntime,
  },
  xgboost: {
    title: 'XGBoost',
    files: 'an XGBoost model file',
    note: 'JSON, UBJSON and the binary form of up to 2.0, from version 0.90 on; `predict` is what `Booster.predict` gives (probabilities, by all trees), `margin` the sums of leaves, bit for bit; missing values may be left out; a wrapper such as XGBClassifier keeps its labels and its best iteration only as a pickle',
    runtime: async () => (await import('./xgboost/runtime.js')).xgboostRuntime,
  },
  chain: {
    title: 'several files as one model',
    files: 'a folder with modelgate.yaml',
    note: 'transformers, encoders and a model in several files, or in one that holds a dict, list or tuple; see [chains.md](chains.md)',
    runtime: async () => (await import('./chain/runtime.js')).chainRuntime,
  },
} as const satisfies Readonly<Record<string, Format>>;

/** A format's name in packages, the API and the command line. */
export type RuntimeName = keyof typeof FORMATS;

export const RUNTIME_NAMES = Object.keys(FORMATS) as [RuntimeName, ...RuntimeName[]];

export function isRuntimeName(name: string): name is RuntimeName {
  return Object.hasOwn(FORMATS, name);
}

export const runtimeNamed = (name: RuntimeName): Promise<Runtime> => FORMATS[name].runtime();

/** The formats as a list in a sentence: "a TensorFlow.js folder or zip, an ONNX file or …". */
export function importableFiles(): string {
  return new Intl.ListFormat('en', { type: 'disjunction' }).format(
    Object.values(FORMATS).map(({ files }) => files),
  );
}

/** The format of the source, by content. @throws ModelFileError for an unknown format */
export async function recognise(source: ImportSource): Promise<RuntimeName> {
  refuseImpostor(source);
  for (const name of RUNTIME_NAMES) {
    const runtime = await runtimeNamed(name);
    if (await runtime.recognise(source)) return name;
  }
  const known = await identify(source);
  if (known !== undefined) throw new ModelFileError(known);
  throw new ModelFileError(
    source.head.length === 0 && !source.isDirectory
      ? 'the file is empty'
      : `not a model of a known format; expected ${importableFiles()}`,
  );
}

/** An imported model and its runtime. */
export type ServableModel = ImportedModel & { readonly runtime: RuntimeName };

/** What the user says of a file. */
export interface ImportRequest extends ImportOptions {
  /** A runtime to rebuild the model for; that of its format unless given. */
  readonly runtime?: RuntimeName;
}

const RUNTIMES: Runtimes = {
  recognise,
  named: (name) => {
    if (!isRuntimeName(name))
      throw new ModelFileError(`unknown runtime ${JSON.stringify(name.slice(0, 100))}`);
    return runtimeNamed(name);
  },
};

/**
 * Reads a file, a folder, or several files that make one model, as data, whatever their format.
 * @throws ModelFileError naming what stands in the way
 */
export async function importModel(
  source: ImportSource | readonly ImportSource[],
  request: ImportRequest = {},
): Promise<ServableModel> {
  const given = Array.isArray(source) ? (source as readonly ImportSource[]) : [source as ImportSource];
  const { unpack } = await import('./unpack.js');
  const inside = [];
  for (const [i, each] of given.entries())
    inside.push(await unpack(each, request.scratch && join(request.scratch, String(i)), RUNTIMES));
  const sources = inside.flatMap((each) => each.sources);
  const names = inside.find(({ featureNames }) => featureNames !== undefined)?.featureNames;
  const provenance = Object.assign({}, ...inside.map((each) => each.provenance)) as Record<string, unknown>;
  const imported =
    sources.length === 1 && request.entry === undefined
      ? await importOne(sources[0], request)
      : await importTogether(sources, request);
  const signature = names === undefined ? imported.signature : withFeatureNames(imported.signature, names);
  return { ...imported, signature, provenance: { ...imported.provenance, ...provenance } };
}

async function importOne(source: ImportSource, request: ImportRequest): Promise<ServableModel> {
  const { runtime: target, ...options } = request;
  const name = await recognise(source);
  const { import: read, rebuild } = await runtimeNamed(name);
  try {
    if (target === undefined || target === name)
      return { ...(await read(source, options, RUNTIMES)), runtime: name };
    const rebuildFor = rebuild?.[target];
    if (rebuildFor !== undefined) return { ...(await rebuildFor(source, options)), runtime: target };
  } catch (error) {
    if (error instanceof NotOneEstimator) return importTogether([source], request, error.value);
    throw error;
  }
  throw new ModelFileError(
    `a model of ${FORMATS[name].title} cannot be rebuilt for ${FORMATS[target].title}; import it without a runtime`,
  );
}

/** @param known the value of the first file, where it has been read */
async function importTogether(
  sources: readonly ImportSource[],
  { runtime: target, ...options }: ImportRequest,
  known?: PyValue,
): Promise<ServableModel> {
  if (target !== undefined && target !== 'chain')
    throw new ModelFileError(
      `a model of several parts cannot be rebuilt for ${FORMATS[target].title}; import it without a runtime`,
    );
  const { importChain } = await import('./chain/import-chain.js');
  return { ...(await importChain(sources, options, RUNTIMES, known)), runtime: 'chain' };
}

/** Loads a package's files. @throws ModelFileError */
export async function loadModel(
  name: RuntimeName,
  dir: string,
  signature: Signature,
  options: RuntimeOptions | undefined,
): Promise<LoadedModel> {
  return (await runtimeNamed(name)).load(dir, signature, options, RUNTIMES);
}

/** True if a batch of the package may take unbounded time or memory. @throws ModelFileError */
export async function isUnboundedPackage(
  name: RuntimeName,
  dir: string,
  options: RuntimeOptions | undefined,
): Promise<boolean> {
  const runtime = await runtimeNamed(name);
  return (await runtime.isUnbounded?.(dir, options, RUNTIMES)) ?? false;
}
