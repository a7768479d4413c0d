import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module.js';
import { ModelsModule } from '../models/models.module.js';
import { PredictionModule } from '../prediction/prediction.module.js';
import { AuditReplay } from './audit-replay.service.js';
import { AuditRetention } from './audit-retention.js';
import { AuditStoreModule } from './audit-store.module.js';
import { AuditController } from './audit.controller.js';

/** The audit API, and the server's own maintenance of the trail. */
@Module({
  imports: [AuditStoreModule, AuthModule, ModelsModule, PredictionModule],
  controllers: [AuditController],
  providers: [AuditReplay, AuditRetention],
})
export class AuditModule {}
