import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuthModule } from '../auth/auth.module.js';
import { AuditRecord } from '../trail/audit-record.entity.js';
import { ModelCatalogModule } from '../models/model-catalog.module.js';
import { QuotasModule } from '../quotas/quotas.module.js';
import { Job } from './job.entity.js';
import { JobErasureModule } from './job-erasure.js';
import { JobQueue } from './job-queue.js';
import { JobRecorder } from './job-recorder.js';
import { JobSupervisor } from './job-supervisor.js';
import { JobsController } from './jobs.controller.js';
import { JobsService } from './jobs.service.js';

@Module({
  imports: [
    JobErasureModule,
    TypeOrmModule.forFeature([Job, AuditRecord]),
    ModelCatalogModule,
    AuthModule,
    QuotasModule,
  ],
  controllers: [JobsController],
  providers: [JobQueue, JobRecorder, JobSupervisor, JobsService],
})
export class JobsModule {}
