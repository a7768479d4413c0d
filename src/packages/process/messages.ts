import type { ImportRequest } from '../../formats/formats.js';
import type { Tensor } from '../../inference/tensor.js';
import type { ExportedModel } from '../exported.js';
import type { ProcessLimits } from './guard.js';

/** An imported model whose files all lie on disk. */
export type StagedModel = Omit<ExportedModel, 'files'> & {
  /** Path in the package and absolute path. */
  readonly files: readonly (readonly [path: string, copyFrom: string])[];
};

/** The first message to a process of its own: what it is for. */
export type Task = { readonly limits: ProcessLimits } & (
  | {
      readonly kind: 'import';
      readonly paths: readonly string[];
      /** With a folder for what is unpacked, which must live until the model is stored. */
      readonly options: ImportRequest & { readonly scratch: string };
      /** An empty folder for the files of the model. */
      readonly staging: string;
    }
  | { readonly kind: 'serve'; readonly dir: string }
);

/** One batch for a process that serves a model. */
export interface Batch {
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly string[];
}

/** What a process reports. */
export type Report =
  | { readonly kind: 'imported'; readonly model: StagedModel }
  | {
      readonly kind: 'loaded';
      readonly memoryBytes: number;
      readonly backend?: string;
      readonly rowwise?: boolean;
    }
  | { readonly kind: 'answer'; readonly outputs: readonly Tensor[] }
  | { readonly kind: 'failed'; readonly error: ReportedError };

/** An error of the numeric core, or another one by its stack. */
export interface ReportedError {
  readonly name: 'NoPredictor' | 'ModelFileError' | 'ModelInputError' | 'Error';
  readonly message: string;
  readonly row?: number;
  readonly feature?: number | string;
}
