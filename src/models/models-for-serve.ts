import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { LOGGER } from '../common/logger.module.js';
import { ModelFileError } from '../inference/model.js';
import { ModelCatalog } from './model-catalog.js';
import { ModelFiles } from './model-files.js';
import { ModelImporter } from './model-importer.js';
import { ShippedModels } from './shipped-models.js';

/** Prepares the catalogue for `modelgate serve [FILE…]`. */
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
   * Registers the shipped models on a database's first start, unless the server is started on files of its own. No other
   * process may do so at the same time.
   * @throws ModelFileError when a shipped package is missing or damaged
   */
  async prepareCatalog(withShipped: boolean): Promise<void> {
    await this.files.dropUploads();
    await this.catalog.sweep();
    await this.reportUnknown();
    await (withShipped ? this.shipped.register() : this.shipped.skip());
  }

  /**
   * Imports each file, or several that need one another as one model, unless a version of the model was imported from the
   * same files, and makes that version live.
   * @throws ModelFileError naming the files
   */
  async serveFiles(files: readonly string[]): Promise<void> {
    for (const group of await this.importer.groups(files)) await this.serveGroup(group);
  }

  private async reportUnknown(): Promise<void> {
    const unknown = await this.catalog.unknown();
    if (unknown.length === 0) return;
    const packages = unknown.map(({ modelName, version }) => `${modelName}/${version}`);
    this.logger.warn(
      { packages },
      'model packages that the database does not list are not served; register them with "modelgate models adopt"',
    );
  }

  private async serveGroup(files: readonly string[]): Promise<void> {
    try {
      const { version, isNew } = await this.importer.import(files);
      await this.catalog.promote(version.modelName, version.version);
      this.logger.info(
        { model: version.modelName, version: version.version, is_new: isNew },
        version.description,
      );
    } catch (error) {
      if (error instanceof ModelFileError) throw new ModelFileError(`${files.join(' ')}: ${error.message}`);
      throw error;
    }
  }
}
