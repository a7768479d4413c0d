import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { MultipartFile } from '@fastify/multipart';
import { Inject, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { isBrokenForm } from '../common/broken-form.js';
import { ApiError } from '../common/errors.js';
import { mapPage, pageInMemory, type PageRequest } from '../common/page.js';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.module.js';
import { ModelFileError } from '../inference/model.js';
import { ModelCatalog } from './model-catalog.js';
import { ModelFiles } from './model-files.js';
import { ModelImporter, nameOf } from './model-importer.js';
import type { ModelVersion } from './model-version.entity.js';
import { ModelRegistry } from './model-registry.js';
import type { ImportedModelView, ModelPage, ModelView } from './models.schema.js';
import { readUpload, type UploadFields } from './model-upload.js';
import { modelView } from './model-view.js';

/** Maximum bytes of a form around its file: 16 fields of 64 KiB each, and their headers. */
const FORM_BYTES = 2 * 2 ** 20;

/** The models API. A change applies in all workers before its response is sent. */
@Injectable()
export class ModelsService {
  constructor(
    private readonly catalog: ModelCatalog,
    private readonly registry: ModelRegistry,
    private readonly importer: ModelImporter,
    private readonly files: ModelFiles,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** @param visible tells whether the caller may see the model of this name */
  page(query: PageRequest, visible: (name: string) => boolean): ModelPage {
    const models = this.registry.names().filter(visible).sort();
    const page = pageInMemory(models, query, (name) => [name]);
    const view = (name: string): ModelView => modelView(this.registry.find(name)!, this.registry.live(name));
    return { models, ...mapPage(page, view) };
  }

  async get(name: string): Promise<ModelView> {
    await this.registry.refresh();
    return this.view(name);
  }

  private async changed(name: string): Promise<ModelView> {
    await this.registry.refreshAll();
    return this.view(name);
  }

  private view(name: string): ModelView {
    const model = this.registry.find(name);
    if (!model) throw new ApiError('model_not_found', `unknown model ${name}`);
    return modelView(model, this.registry.live(name));
  }

  /**
   * Stores uploaded files as the next version of a model.
   * @param authorise called before anything is stored
   */
  async upload(request: FastifyRequest, authorise: (name: string) => void): Promise<ImportedModelView> {
    this.refuseEarly(request);
    const uploads = this.files.uploadsDir;
    await mkdir(uploads, { recursive: true });
    const dir = await mkdtemp(join(uploads, 'upload-'));
    const paths: string[] = [];
    let fields: UploadFields = { options: {} };
    let model = '';
    let left = this.config.uploadLimit;
    try {
      await readUpload(request, async (file, given) => {
        fields = given;
        model = given.name ?? nameOf(file.filename ?? '');
        authorise(model);
        const path = join(dir, safeFileName(file.filename ?? ''));
        if (paths.includes(path)) throw new ApiError('bad_request', `two files are named ${basename(path)}`);
        left -= await this.receive(file, path, left);
        paths.push(path);
      });
      const { version } = await this.importer.import(paths, model, fields.options);
      return { ...(await this.changed(model)), imported_version: String(version.version) };
    } catch (error) {
      if (error instanceof ModelFileError) throw new ApiError('validation_failed', error.message);
      throw error;
    } finally {
      await rm(dir, { recursive: true, force: true });
    }
  }

  /** @throws ApiError `payload_too_large` for a form that is announced to be larger than any file and its fields may be */
  private refuseEarly({ headers }: FastifyRequest): void {
    const { uploadLimit } = this.config;
    if (Number(headers['content-length'] ?? 0) > uploadLimit + FORM_BYTES)
      throw new ApiError('payload_too_large', `the upload is larger than ${uploadLimit} bytes`);
  }

  /** Stops reading at the limit. @returns the bytes of the file */
  private async receive({ file }: MultipartFile, path: string, limit: number): Promise<number> {
    const tooLarge = new ApiError(
      'payload_too_large',
      `the upload is larger than ${this.config.uploadLimit} bytes`,
    );
    let bytes = 0;
    file.once('limit', () => file.destroy(tooLarge));
    file.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > limit) file.destroy(tooLarge);
    });
    try {
      await pipeline(file, createWriteStream(path, { flags: 'wx' }));
    } catch (error) {
      throw isBrokenForm(error) ? new ApiError('bad_request', 'the upload was interrupted') : error;
    }
    return bytes;
  }

  async promote(name: string, version: string): Promise<ModelView> {
    await this.catalog.promote(name, version);
    return this.changed(name);
  }

  async rollback(name: string): Promise<ModelView> {
    await this.catalog.rollback(name);
    return this.changed(name);
  }

  async setLoaded(name: string, loaded: boolean): Promise<ModelView> {
    await this.catalog.setLoaded(name, loaded);
    return this.changed(name);
  }

  async remove(name: string): Promise<void> {
    await this.catalog.remove(name);
    await this.registry.refreshAll();
  }

  async removeVersion(name: string, version: string): Promise<ModelVersion> {
    const found = await this.catalog.version(name, version);
    await this.catalog.remove(name, found.version);
    await this.registry.refreshAll();
    return found;
  }
}

/** Reduces a client's file name to a safe name inside our folder; kept for the provenance. */
const safeFileName = (filename: string): string =>
  basename(filename)
    .replace(/[^A-Za-z0-9._-]+/g, '_')
    .replace(/^\.+/, '')
    .slice(-100) || 'model';
