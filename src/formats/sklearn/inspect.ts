import { type Signature, ModelFileError } from '../../inference/model.js';
import { tabularSignature } from '../../inference/tabular/signature.js';
import { type ModelTree } from '../runtime.js';
import { NotOneEstimator } from '../bundle-errors.js';
import { libraries } from '../pickled-libraries.js';
import { estimatorOf } from './model/estimator-file.js';
import { modelTree } from './model/model-tree.js';
import { describe, libraryVersion } from './model/provenance.js';
import { readPickle } from '../pickle/index.js';
import { inspectPickle, type PickleInspection } from '../pickle/inspect.js';
import { readModelFile } from '../source.js';
import { partOf } from './part.js';

/** What `models inspect` tells of a pickle or joblib file, without importing it. */
export interface SklearnInspection extends PickleInspection {
  readonly bytes: number;
  /** What the file holds, where it can be read. */
  readonly description?: string;
  readonly libraryVersion?: string;
  readonly tree?: ModelTree;
  readonly signature?: Signature;
  /** True for a dict, list or tuple, which is looked into by importing it. */
  readonly isBundle?: true;
}

/**
 * Looks into a file, a hostile one too: every class it names and whether it would be let in; and where it can be
 * served, what it is. `refusal` says in one line why it could not be imported.
 */
export async function inspectModelFile(path: string): Promise<SklearnInspection> {
  const bytes = await readModelFile(path);
  const inspection = { bytes: bytes.length, ...(await inspectPickle(bytes, libraries)) };
  return inspection.refusal === undefined ? { ...inspection, ...(await modelIn(bytes)) } : inspection;
}

async function modelIn(bytes: Uint8Array): Promise<Partial<SklearnInspection>> {
  let known: Partial<SklearnInspection> = {};
  try {
    const root = estimatorOf(await readPickle(bytes, libraries));
    const version = libraryVersion(root);
    known = {
      description: describe(root),
      tree: modelTree(root),
      ...(version && { libraryVersion: version }),
    };
    const { evaluator, ...part } = partOf(root);
    return { ...known, signature: tabularSignature(evaluator, part, undefined) };
  } catch (error) {
    if (error instanceof NotOneEstimator) return { isBundle: true };
    if (error instanceof ModelFileError) return { ...known, refusal: error.message };
    throw error;
  }
}
