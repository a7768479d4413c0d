import type { ImportSource } from './source.js';

/** The model files found in a source. */
export interface Unpacked {
  readonly sources: readonly ImportSource[];
  /** Names of the columns, where the wrapper tells. */
  readonly featureNames?: readonly string[];
  /** What the wrapper tells of the model, for its provenance. */
  readonly provenance?: Readonly<Record<string, unknown>>;
}
