import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Setting } from '../database/setting.entity.js';
import { Model } from './model.entity.js';
import { ModelCatalog } from './model-catalog.js';
import { ModelFiles } from './model-files.js';
import { ModelImporter } from './model-importer.js';
import { ModelRedaction } from './model-redaction.entity.js';
import { ModelVersion } from './model-version.entity.js';
import { RedactionRules } from './redaction-rules.js';
import { ShippedModels } from './shipped-models.js';

/** Listing and changing models, as the command line needs it. */
@Module({
  imports: [TypeOrmModule.forFeature([Model, ModelVersion, ModelRedaction, Setting])],
  providers: [ModelFiles, ModelCatalog, ModelImporter, RedactionRules, ShippedModels],
  exports: [ModelFiles, ModelCatalog, ModelImporter, RedactionRules, ShippedModels],
})
export class ModelCatalogModule {}
