import { type DynamicModule, Module } from '@nestjs/common';
import { AuthModule } from '../../auth/auth.module.js';
import type { Config } from '../../config/config.js';
import { ModelsModule } from '../../models/models.module.js';
import { PredictionModule } from '../prediction.module.js';
import { REGISTRATIONS } from './protocols.js';

/** The routes of all protocols over HTTP. */
@Module({ imports: [ModelsModule, AuthModule, PredictionModule] })
export class ProtocolsModule {
  static async with(config: Config): Promise<DynamicModule> {
    const loaded = await Promise.all(REGISTRATIONS.map(({ load }) => load()));
    return {
      module: ProtocolsModule,
      controllers: loaded.flatMap(({ controllers }) => controllers(config)),
    };
  }
}
