import { basename, extname } from 'node:path';
import { Injectable } from '@nestjs/common';
import { sha256OfFile } from '../packages/manifest.js';
import { checkModelName, ModelCatalog } from './model-catalog.js';
import type { ModelVersion } from './model-version.entity.js';
import { importSource } from '../formats/source.js';
import { importModel, type ImportRequest } from '../formats/formats.js';

export interface ImportOutcome {
  readonly version: ModelVersion;
  /** False if the model already has a version of the same file, so that nothing was stored. */
  readonly isNew: boolean;
  /** What the user should know of a new version, a sentence each. */
  readonly warnings: readonly string[];
}

/** Imports model files: recognises them by content, reads them as data, and stores them as versions. */
@Injectable()
export class ModelImporter {
  constructor(private readonly catalog: ModelCatalog) {}

  /**
   * @param name the model's name; default: the file's name without its suffix
   * @throws ModelFileError with the reason in one line; nothing is left on disk then
   */
  async import(path: string, name = nameOf(path), options: ImportRequest = {}): Promise<ImportOutcome> {
    checkModelName(name);
    const source = await importSource(path);
    const sourceDigest = source.isDirectory ? undefined : await sha256OfFile(path);
    const known = sourceDigest === undefined ? undefined : await this.catalog.versionOf(name, sourceDigest);
    if (known) return { version: known, isNew: false, warnings: [] };
    const imported = await importModel(source, options);
    const provenance = { ...imported.provenance, sourceDigest, sourceFile: basename(path) };
    const version = await this.catalog.add(name, { ...imported, provenance });
    return { version, isNew: true, warnings: provenance.warnings ?? [] };
  }
}

/** `models/finalized_model.sav` → `finalized_model`. */
export const nameOf = (path: string): string =>
  basename(path, extname(path))
    .replace(/[^A-Za-z0-9._-]+/g, '_')
    .replace(/^[._-]+/, '');
