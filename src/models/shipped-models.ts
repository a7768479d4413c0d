import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Inject, Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { Logger } from 'pino';
import type { Repository } from 'typeorm';
import { LOGGER } from '../common/logger.module.js';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.module.js';
import { Setting } from '../database/setting.entity.js';
import { ModelFileError } from '../inference/model.js';
import { ModelCatalog } from './model-catalog.js';
import { SHIPPED_MODELS_DIR } from './model-files.js';

const SETTING = 'shipped-models-registered';

/** Registers the included models once per database, so that a removed one stays removed. */
@Injectable()
export class ShippedModels {
  constructor(
    @InjectRepository(Setting) private readonly settings: Repository<Setting>,
    private readonly catalog: ModelCatalog,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /**
   * A missing or damaged package is logged, and tried again at the next start.
   * @throws ModelFileError where it is and MODELGATE_STRICT is set
   */
  async register(): Promise<void> {
    if (await this.settings.existsBy({ key: SETTING })) return;
    try {
      await this.registerAll();
      await this.skip();
    } catch (error) {
      if (!(error instanceof ModelFileError) || this.config.strict) throw error;
      this.logger.error({ err: error }, 'shipped model is damaged');
    }
  }

  private async registerAll(): Promise<void> {
    const taken = new Set((await this.catalog.list()).map((model) => model.name));
    for (const name of (await shippedNames()).filter((candidate) => !taken.has(candidate))) {
      const versions = await readdir(join(SHIPPED_MODELS_DIR, name)).catch(() => []);
      for (const version of versions.map(Number).sort((a, b) => a - b))
        await this.catalog.addShipped(name, version);
    }
  }

  /** A server that is started with its own file does not register them. */
  async skip(): Promise<void> {
    await this.settings.save({ key: SETTING, value: new Date().toISOString() });
  }
}

async function shippedNames(): Promise<string[]> {
  return readdir(SHIPPED_MODELS_DIR).catch((cause: NodeJS.ErrnoException) => {
    throw new ModelFileError(`cannot read the included models: ${SHIPPED_MODELS_DIR} (${cause.code})`);
  });
}
