import { mkdir, rm } from 'node:fs/promises';
import type { ImportRequest } from '../../formats/formats.js';
import { ModelFileError } from '../../inference/model.js';
import type { ExportedModel } from '../exported.js';
import { asError } from './errors.js';
import { ModelProcess, ProcessEnded } from './model-process.js';

/** What one import may take. */
export interface ImportLimits {
  readonly seconds: number;
  /** Resident bytes. */
  readonly bytes: number;
}

/** The process ends itself at its limit; if it does not, it is ended this much later. */
const GRACE_MS = 5_000;

/**
 * Imports a model in a process of its own, which is ended when it takes more than it may.
 * @param paths a file or folder, or several files that make one model
 * @param staging a folder that need not exist; it holds files of the model until `use` has settled, and is removed
 * @param use takes the model
 * @throws ModelFileError naming what stands in the way: in the file, or the limit that was exceeded
 */
export async function importInProcess<T>(
  paths: readonly string[],
  options: ImportRequest & { readonly scratch: string },
  staging: string,
  limits: ImportLimits,
  use: (model: ExportedModel) => Promise<T>,
): Promise<T> {
  await mkdir(staging, { recursive: true });
  try {
    return await use(await read(paths, options, staging, limits));
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

async function read(
  paths: readonly string[],
  options: ImportRequest & { readonly scratch: string },
  staging: string,
  limits: ImportLimits,
): Promise<ExportedModel> {
  const child = new ModelProcess();
  const timer = setTimeout(() => child.kill('time'), limits.seconds * 1000 + GRACE_MS);
  try {
    const report = await child.ask({ kind: 'import', paths, options, staging, limits });
    if (report.kind === 'failed') throw asError(report.error);
    if (report.kind !== 'imported') throw new Error(`unexpected report ${report.kind}`);
    const { files, ...about } = report.model;
    return { ...about, files: new Map(files.map(([path, copyFrom]) => [path, { copyFrom }])) };
  } catch (error) {
    if (error instanceof ProcessEnded) throw refusal(error, limits);
    throw error;
  } finally {
    clearTimeout(timer);
    child.kill();
  }
}

function refusal({ verdict, signal }: ProcessEnded, { seconds, bytes }: ImportLimits): ModelFileError {
  if (verdict === 'time')
    return new ModelFileError(
      `reading the model took longer than ${seconds} s (MODELGATE_IMPORT_SECONDS), so it was stopped`,
    );
  const used = `more than ${Math.floor(bytes / 2 ** 20)} MiB of memory (MODELGATE_MODEL_MEMORY)`;
  // V8 aborts a process that has no heap left.
  if (verdict === 'memory' || signal === 'SIGABRT' || signal === 'SIGTRAP')
    return new ModelFileError(`reading the model took ${used}, so it was stopped`);
  return new ModelFileError(`reading the model ended its process${signal ? ` with ${signal}` : ''}`);
}
