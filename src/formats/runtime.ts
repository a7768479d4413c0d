import type { PyValue } from './pickle/values.js';
import type { ModelTree, TabularPart } from './part.js';
import type { ImportSource } from './source.js';
import type { LoadedModel, Signature } from '../inference/model.js';

export type { ModelTree } from './part.js';

/** The result of an import, and the files for the package. */
export interface ImportedModel {
  /** One line for a person: "scikit-learn 1.4.2 Pipeline (StandardScaler, LogisticRegression)". */
  readonly description: string;
  readonly signature: Signature;
  /** Package files: relative path → bytes, or the absolute path of a file to copy. */
  readonly files: ReadonlyMap<string, Uint8Array | { readonly copyFrom: string }>;
  /** Library and version that wrote the file, the tree of steps: shown to users, kept in modelgate.json. */
  readonly provenance: Readonly<Record<string, unknown>> & {
    readonly tree?: ModelTree;
    /** Warnings for users of the model, one sentence each. */
    readonly warnings?: readonly string[];
  };
  /**
   * True if a batch may take unbounded time or memory, whatever its size: the model is then computed in a process of its
   * own.
   */
  readonly isolated?: boolean;
  /** Stored in modelgate.json and passed to `Runtime.load`. */
  readonly runtimeOptions?: RuntimeOptions;
}

/** What a runtime needs besides the signature to load a package's files. JSON, with fields that the runtime defines. */
export type RuntimeOptions = Readonly<Record<string, unknown>>;

export interface ImportOptions {
  /** Feature names for models whose file has none, in column order. */
  readonly featureNames?: readonly string[];
  /** A folder for files unpacked from archives. It need not exist. The caller removes it after the import. */
  readonly scratch?: string;
  /** Of a file that holds several values: the one to import, by key, path ("models.forest") or position. */
  readonly entry?: string;
}

/** All runtimes, for a format whose models are made of models of others. */
export interface Runtimes {
  /** @throws ModelFileError for an unknown name */
  named(name: string): Promise<Runtime>;
  /** The name of the runtime that reads the source. @throws ModelFileError if there is none */
  recognise(source: ImportSource): Promise<string>;
}

/** Reads and computes models of one format. Independent of HTTP, Nest and the database. */
export interface Runtime {
  /** Recognises sources of this runtime by content; returns a description ("an ONNX model") or undefined. */
  recognise(source: ImportSource): Promise<string | undefined>;
  /** Reads the source as data. @throws ModelFileError naming the first obstacle */
  import(source: ImportSource, options: ImportOptions, runtimes?: Runtimes): Promise<ImportedModel>;
  /** Rebuilds the model for another runtime, by that runtime's name. @throws ModelFileError if that is not possible */
  readonly rebuild?: Readonly<Record<string, Runtime['import']>>;
  /**
   * True if a batch of the package in `dir` may take unbounded time or memory (see {@link ImportedModel.isolated}); not
   * given where none can. @throws ModelFileError
   */
  isUnbounded?(dir: string, options?: RuntimeOptions, runtimes?: Runtimes): Promise<boolean>;
  /** Loads a package's files from `dir`. @throws ModelFileError */
  load(
    dir: string,
    signature: Signature,
    options?: RuntimeOptions,
    runtimes?: Runtimes,
  ): Promise<LoadedModel>;
  /** For tabular formats whose files hold one model: the file as a step of a chain. @throws ModelFileError */
  part?(path: string): Promise<TabularPart>;
  /** For formats that hold Python's values: the file's value, an estimator or a bundle of several. @throws ModelFileError */
  value?(path: string): Promise<PyValue>;
}
