import { type DynamicModule, Module } from '@nestjs/common';
import { AccountsModule } from './accounts/accounts.module.js';
import { AuditModule } from './audit/audit.module.js';
import { AuthModule } from './auth/auth.module.js';
import { type Foundations, foundationModules } from './server/foundations.js';
import { HttpModule } from './http/http.module.js';
import { HealthModule } from './health/health.module.js';
import { JobsModule } from './jobs/jobs.module.js';
import { LoggingModule } from './logging/logging.module.js';
import { MetricsModule } from './metrics/metrics.module.js';
import { ModelsModule } from './models/models.module.js';
import { ProtocolsModule } from './prediction/protocols/protocols.module.js';
import { QuotasModule } from './quotas/quotas.module.js';
import { UsersModule } from './users/users.module.js';

/** The server. */
@Module({})
export class AppModule {
  static with(given: Foundations): DynamicModule {
    return {
      module: AppModule,
      imports: [
        ...foundationModules(given),
        LoggingModule,
        UsersModule,
        AuthModule,
        AccountsModule,
        ModelsModule,
        QuotasModule,
        ProtocolsModule.with(given.config),
        JobsModule,
        AuditModule,
        HealthModule,
        HttpModule,
        MetricsModule,
      ],
    };
  }
}
