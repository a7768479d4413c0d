import type { LoadedModel, Signature } from '../inference/model.js';

/** A node of the tree that tells what a model is made of: a class, its parameters, its steps. */
export interface ModelTree {
  readonly className: string;
  readonly name?: string;
  readonly parameters?: Readonly<Record<string, unknown>>;
  readonly steps?: readonly ModelTree[];
}

/** What an importer learned from a file, and what is to be kept in the package. */
export interface ImportedModel {
  /** The runtime that will serve it. */
  readonly runtime: RuntimeName;
  /** One line for a person: "scikit-learn 1.4.2 Pipeline (StandardScaler, LogisticRegression)". */
  readonly description: string;
  readonly signature: Signature;
  /** Package files: relative path → bytes, or the absolute path of a file to copy. */
  readonly files: ReadonlyMap<string, Uint8Array | { readonly copyFrom: string }>;
  /** Library and version that wrote the file, the tree of steps: shown to users, kept in modelgate.json. */
  readonly provenance: Readonly<Record<string, unknown>> & { readonly tree?: ModelTree };
  /** Kept in modelgate.json and handed to `Runtime.load`. */
  readonly runtimeOptions?: RuntimeOptions;
}

export type RuntimeName = 'tfjs' | 'sklearn' | 'onnx';

/** What a runtime must know beyond the signature to load a package's files. JSON; its fields are the runtime's own. */
export type RuntimeOptions = Readonly<Record<string, unknown>>;

export interface ImportOptions {
  /** Feature names for models whose file holds none, in column order. */
  readonly featureNames?: readonly string[];
  /** A runtime to rebuild the model for, where more than one can serve it. */
  readonly runtime?: RuntimeName;
}

/** A file or folder offered for import; `head` is the first 64 KiB of a file (empty for a folder). */
export interface ImportSource {
  readonly path: string;
  readonly isDirectory: boolean;
  readonly head: Uint8Array;
}

/** One way of computing models. Knows nothing of HTTP, Nest or the database. */
export interface Runtime {
  readonly name: RuntimeName;
  /** Tells by content whether the source is for this runtime; returns what it is ("an ONNX model") or undefined. */
  recognise(source: ImportSource): Promise<string | undefined>;
  /** Reads the source as data. @throws ModelFileError naming the first thing that stands in the way */
  import(source: ImportSource, options: ImportOptions): Promise<ImportedModel>;
  /** Loads a package's files from `dir`. @throws ModelFileError */
  load(dir: string, signature: Signature, options?: RuntimeOptions): Promise<LoadedModel>;
}
