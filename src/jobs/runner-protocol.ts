import type { ErrorCode } from '../common/errors.js';
import type { BatchOptions } from './blocks/batch-prediction.js';
import type { Checkpoint } from './checkpoint.js';

/** The task of a runner: its first and only message. */
export interface RunnerTask extends BatchOptions {
  /** The folders of the job and of the model's package. */
  readonly dir: string;
  readonly packageDir: string;
  readonly onError: 'continue' | 'stop';
}

/** Messages of a runner: its progress, and how it ended. */
export type RunnerMessage =
  | { readonly kind: 'progress'; readonly checkpoint: Checkpoint }
  | { readonly kind: 'succeeded'; readonly checkpoint: Checkpoint; readonly resultsDigest: string }
  | { readonly kind: 'failed'; readonly code: ErrorCode; readonly detail: string };
