import type { ErrorCode } from '../common/errors.js';
import type { BatchOptions } from './blocks/batch-prediction.js';
import type { Checkpoint } from './checkpoint.js';

/** What a runner is to do; its first and only message. */
export interface RunnerTask extends BatchOptions {
  /** The job's folder, and that of the model's package. */
  readonly dir: string;
  readonly packageDir: string;
  readonly onError: 'continue' | 'stop';
}

/** What a runner says: how far it is, now and then, and how it ended. */
export type RunnerMessage =
  | { readonly kind: 'progress'; readonly checkpoint: Checkpoint }
  | { readonly kind: 'succeeded'; readonly checkpoint: Checkpoint; readonly resultsDigest: string }
  | { readonly kind: 'failed'; readonly code: ErrorCode; readonly detail: string };
