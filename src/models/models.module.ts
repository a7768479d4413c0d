import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module.js';
import { ModelCatalogModule } from './model-catalog.module.js';
import { ModelRegistry } from './model-registry.js';
import { RedactionController } from './redaction.controller.js';
import { ModelsController } from './models.controller.js';
import { ModelsForServe } from './models-for-serve.js';
import { ModelsService } from './models.service.js';

/** The catalogue and the models in memory, for a server. */
@Module({
  imports: [ModelCatalogModule, AuthModule],
  controllers: [ModelsController, RedactionController],
  providers: [ModelRegistry, ModelsService, ModelsForServe],
  exports: [ModelCatalogModule, ModelRegistry],
})
export class ModelsModule {}
