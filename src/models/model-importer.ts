import { createHash, randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { Inject, Injectable } from '@nestjs/common';
import { ApiError } from '../common/errors.js';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.module.js';
import { importInProcess } from '../packages/process/import-process.js';
import { sha256OfFile } from '../packages/manifest.js';
import { checkModelName, ModelCatalog } from './model-catalog.js';
import { ModelFiles } from './model-files.js';
import type { ModelVersion } from './model-version.entity.js';
import { isRecipe } from '../formats/chain/recipe-file.js';
import { NoPredictor } from '../formats/bundle-errors.js';
import { ModelFileError } from '../inference/model.js';
import type { ModelTree } from '../formats/runtime.js';
import { importSource } from '../formats/source.js';
import type { ImportRequest, ServableModel } from '../formats/formats.js';
import { at } from '../common/lists.js';

export interface ImportOutcome {
  readonly version: ModelVersion;
  /** False if the model already has a version of the same file, so that nothing was stored. */
  readonly isNew: boolean;
  /** What the user should know of a new version, a sentence each. */
  readonly warnings: readonly string[];
  /** What a new version is made of. */
  readonly tree?: ModelTree;
}

/** Imports model files: recognises them by content, reads them as data, and stores them as versions. */
@Injectable()
export class ModelImporter {
  private last: Promise<unknown> = Promise.resolve();
  private waiting = 0;

  constructor(
    private readonly catalog: ModelCatalog,
    private readonly files: ModelFiles,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * @param paths a file or folder, or several files that make one model
   * @param name the model's name; default: the last file's name without its suffix
   * @throws ModelFileError with the reason in one line; nothing is left on disk then
   */
  async import(
    paths: string | readonly string[],
    name?: string,
    options: ImportRequest = {},
  ): Promise<ImportOutcome> {
    const files = [paths].flat();
    const model = name ?? nameOf(at(files, files.length - 1));
    checkModelName(model);
    const sources = await Promise.all(files.map(importSource));
    const sourceDigest = sources.some(({ isDirectory }) => isDirectory)
      ? undefined
      : await digestOf(files, options);
    const known = sourceDigest === undefined ? undefined : await this.catalog.versionOf(model, sourceDigest);
    if (known) return { version: known, isNew: false, warnings: [] };
    return this.read(files, options, async (imported) => {
      const sourceFile = files.map((path) => basename(path)).join(', ');
      const provenance = { ...imported.provenance, sourceDigest, sourceFile };
      const version = await this.catalog.add(model, { ...imported, provenance });
      const { tree, warnings = [] } = imported.provenance;
      return { version, isNew: true, warnings, tree };
    });
  }

  /** What an import of the files would make of them; nothing is stored. @throws ModelFileError */
  async preview(
    paths: readonly string[],
    options: ImportRequest = {},
  ): Promise<Omit<ServableModel, 'files'>> {
    return this.read(paths, options, ({ runtime, description, signature, provenance }) =>
      Promise.resolve({ runtime, description, signature, provenance }),
    );
  }

  /**
   * The files as models: one each, or all of them as one where some give no predictions by themselves (scalers, encoders,
   * vectorizers) and one other does.
   */
  async groups(paths: readonly string[]): Promise<(readonly string[])[]> {
    const alone = paths.map((path) => [path]);
    if (paths.length < 2) return alone;
    const predictors: string[] = [];
    for (const path of paths) if (await this.predicts(path)) predictors.push(path);
    return predictors.length === 1 ? [paths] : alone;
  }

  /**
   * Whether the file is a model by itself. A file that cannot be read counts as a model, so that its import reports the
   * reason.
   */
  private async predicts(path: string): Promise<boolean> {
    if (isRecipe(path)) return false;
    try {
      const { signature, runtime } = await this.preview([path]);
      return (
        signature.outputs.some(({ name }) => name !== 'transform') || runtime === 'onnx' || runtime === 'tfjs'
      );
    } catch (error) {
      if (!(error instanceof ModelFileError)) throw error;
      return !(error instanceof NoPredictor);
    }
  }

  /**
   * Reads the files in a process of its own, one import at a time: each may take as much memory as is allowed.
   * @throws ApiError `overloaded` if many wait
   */
  private async read<T>(
    paths: readonly string[],
    options: ImportRequest,
    use: (model: ServableModel) => Promise<T>,
  ): Promise<T> {
    if (this.waiting >= MAX_WAITING)
      throw new ApiError('overloaded', `${MAX_WAITING} imports are waiting; try again in a minute`, {
        headers: { 'Retry-After': '60' },
      });
    this.waiting += 1;
    const folder = join(this.files.uploadsDir, `import-${randomUUID()}`);
    const request = { ...options, scratch: join(folder, 'scratch') };
    const limits = { seconds: this.config.importSeconds, bytes: this.config.modelMemory };
    const turn = this.last.then(async () => {
      try {
        return await importInProcess(paths, request, join(folder, 'staging'), limits, use);
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    });
    this.last = turn.catch(() => undefined);
    return turn.finally(() => (this.waiting -= 1));
  }
}

/** Imports that wait for the one that runs. */
const MAX_WAITING = 16;

/** SHA-256 of the file; of several, or of one entry, that of the list of what makes up the model. */
async function digestOf(files: readonly string[], { entry }: ImportRequest): Promise<string> {
  const digests = await Promise.all(files.map(sha256OfFile));
  if (files.length === 1 && entry === undefined) return at(digests, 0);
  const parts = files.map((path, i) => [basename(path), digests[i]]);
  return createHash('sha256').update(JSON.stringify({ parts, entry })).digest('hex');
}

/** `models/finalized_model.sav` → `finalized_model`. */
export const nameOf = (path: string): string =>
  basename(path, extname(path))
    .replace(/[^A-Za-z0-9._-]+/g, '_')
    .replace(/^[._-]+/, '');
