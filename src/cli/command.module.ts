import { type DynamicModule, Module } from '@nestjs/common';
import { ServiceAccountAdministration } from '../accounts/service-account-administration.js';
import { SessionAdministration } from '../accounts/session-administration.js';
import { UserAdministration } from '../accounts/user-administration.js';
import { KeysModule } from '../auth/keys/keys.module.js';
import { ServiceAccountsModule } from '../auth/service-accounts/service-accounts.module.js';
import { SessionsModule } from '../auth/sessions/sessions.module.js';
import { type Foundations, foundationModules } from '../foundations.js';
import { CommandTrail } from '../logging/command-trail.js';
import { ModelCatalogModule } from '../models/model-catalog.module.js';
import { QuotaSettingsModule } from '../quotas/quota-settings.module.js';
import { UsersModule } from '../users/users.module.js';

/** What the command line works with: no HTTP, no model in memory. */
@Module({})
export class CommandModule {
  static with(given: Foundations): DynamicModule {
    return {
      module: CommandModule,
      imports: [
        ...foundationModules(given),
        UsersModule,
        SessionsModule,
        ServiceAccountsModule,
        KeysModule,
        ModelCatalogModule,
        QuotaSettingsModule,
      ],
      providers: [CommandTrail, UserAdministration, SessionAdministration, ServiceAccountAdministration],
    };
  }
}
