import type { INestApplicationContext } from '@nestjs/common';
import { CONFIG } from '../config/config.module.js';
import type { Config } from '../config/config.js';
import { CommandTrail } from '../trail/command-trail.js';
import { ModelCatalog } from '../models/model-catalog.js';
import { ModelFiles } from '../models/model-files.js';
import type { ModelVersion } from '../models/model-version.entity.js';
import { ShippedModels } from '../models/shipped-models.js';
import { defaultModelName } from '../prediction/default-model.js';

/** The data directory's models, for a command that predicts. */
export class ModelsOfCommand {
  constructor(private readonly context: INestApplicationContext) {}

  /**
   * @param choice `NAME` or `NAME:VERSION`; default: the server's default model. @throws ApiError
   * `model_not_found`
   */
  async choose(choice?: string): Promise<ModelVersion> {
    await this.context.get(ShippedModels).register();
    const catalog = this.context.get(ModelCatalog);
    const [name = '', version] = (choice ?? (await this.defaultName(catalog))).split(':', 2);
    const model = await catalog.get(name);
    return catalog.version(name, version ?? model.liveVersion);
  }

  dirOf(version: ModelVersion): string {
    return this.context.get(ModelFiles).dirOf(version);
  }

  /** Writes one audit record of everything that was predicted. */
  record(version: ModelVersion, { rows, rowsFailed }: { rows: number; rowsFailed: number }): Promise<void> {
    const { modelName: model, version: number, digest } = version;
    return this.context.get(CommandTrail).record('predict.run', {
      prediction: { model, version: number, digest, rows },
      request: { rows, rows_failed: rowsFailed },
    });
  }

  private async defaultName(catalog: ModelCatalog): Promise<string> {
    const names = (await catalog.list()).map(({ name }) => name);
    return defaultModelName(this.context.get<Config>(CONFIG).defaultModel, names);
  }
}
