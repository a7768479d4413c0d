import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { LOGGER } from '../common/logger.module.js';
import { ModelFileError } from '../inference/model.js';
import { ModelCatalog } from './model-catalog.js';
import { ModelFiles } from './model-files.js';
import { ModelImporter } from './model-importer.js';
import { ShippedModels } from './shipped-models.js';

/** Brings the catalogue into the state that `modelgate serve [FILE…]` promises. */
@Injectable()
export class ModelsForServe {
  constructor(
    private readonly catalog: ModelCatalog,
    private readonly importer: ModelImporter,
    private readonly shipped: ShippedModels,
    private readonly files: ModelFiles,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /**
   * Without files: the shipped models, on a database's first start. With files: each is imported, unless the model has
   * it already, and made live.
   * @throws ModelFileError naming the file
   */
  async prepare(files: readonly string[]): Promise<void> {
    await this.files.dropUploads();
    await this.catalog.sweep();
    if (files.length === 0) return this.shipped.register();
    await this.shipped.skip();
    for (const file of files) await this.serveFile(file);
  }

  private async serveFile(file: string): Promise<void> {
    try {
      const { version, isNew } = await this.importer.import(file);
      await this.catalog.promote(version.modelName, version.version);
      this.logger.info(
        { model: version.modelName, version: version.version, is_new: isNew },
        version.description,
      );
    } catch (error) {
      if (error instanceof ModelFileError) throw new ModelFileError(`${file}: ${error.message}`);
      throw error;
    }
  }
}
