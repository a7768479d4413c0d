import { type DynamicModule, Module } from '@nestjs/common';
import { type Foundations, foundationModules } from './foundations.js';
import { LimitsModule } from '../limits/limits.module.js';
import { ModelCatalogModule } from '../models/model-catalog.module.js';
import { ModelsForServe } from '../models/models-for-serve.js';
import { UsersModule } from '../users/users.module.js';

/** The modules of the primary, which prepares the data. No HTTP, no model in memory. */
@Module({})
export class PrimaryModule {
  static with(given: Foundations): DynamicModule {
    return {
      module: PrimaryModule,
      imports: [...foundationModules(given), LimitsModule, UsersModule, ModelCatalogModule],
      providers: [ModelsForServe],
    };
  }
}
