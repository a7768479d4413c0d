import { type DynamicModule, Module } from '@nestjs/common';
import { ServiceAccountAdministration } from '../accounts/service-account-administration.js';
import { SessionAdministration } from '../accounts/session-administration.js';
import { UserAdministration } from '../accounts/user-administration.js';
import { KeysModule } from '../auth/keys/keys.module.js';
import { ServiceAccountsModule } from '../auth/service-accounts/service-accounts.module.js';
import { SessionsModule } from '../auth/sessions/sessions.module.js';
import { type Foundations, foundationModules } from '../server/foundations.js';
import { AuditStoreModule } from '../audit/audit-store.module.js';
import { CommandLoggingModule } from '../trail/command-trail.module.js';
import { ModelCatalogModule } from '../models/model-catalog.module.js';
import { QuotaSettingsModule } from '../quotas/quota-settings.module.js';
import { JobErasureModule } from '../jobs/job-erasure.js';
import { UsersModule } from '../users/users.module.js';

/** The modules of the command line. No HTTP, no model in memory. */
@Module({})
export class CommandModule {
  static with(given: Foundations): DynamicModule {
    return {
      module: CommandModule,
      imports: [
        ...foundationModules(given),
        CommandLoggingModule,
        UsersModule,
        SessionsModule,
        ServiceAccountsModule,
        KeysModule,
        ModelCatalogModule,
        QuotaSettingsModule,
        AuditStoreModule,
        JobErasureModule,
      ],
      providers: [UserAdministration, SessionAdministration, ServiceAccountAdministration],
    };
  }
}
