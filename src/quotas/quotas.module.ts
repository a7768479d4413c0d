import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module.js';
import { LimitsModule } from '../limits/limits.module.js';
import { MyQuotaController } from './my-quota.controller.js';
import { QuotaAdministration } from './quota-administration.js';
import { QuotaSettingsModule } from './quota-settings.module.js';
import { QuotaTable } from './quota-table.js';
import { QuotasController } from './quotas.controller.js';
import { Quotas } from './quotas.js';

@Module({
  imports: [QuotaSettingsModule, LimitsModule, AuthModule],
  controllers: [MyQuotaController, QuotasController],
  providers: [QuotaTable, Quotas, QuotaAdministration],
  exports: [Quotas],
})
export class QuotasModule {}
