import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditRecord } from '../trail/audit-record.entity.js';
import { ModelCatalogModule } from '../models/model-catalog.module.js';
import { AuditChains } from './audit-chains.js';
import { AuditCheckpoint } from './audit-checkpoint.entity.js';
import { AuditCheckpoints } from './audit-checkpoints.service.js';
import { AuditErasure } from './audit-erasure.service.js';
import { AuditQuery } from './audit-query.service.js';
import { AuditPruning } from './audit-pruning.service.js';
import { AuditVerifier } from './audit-verifier.js';
import { FeatureMatcher } from './feature-matcher.js';

/** The stored trail, for the server and the command line. */
@Module({
  imports: [TypeOrmModule.forFeature([AuditRecord, AuditCheckpoint]), ModelCatalogModule],
  providers: [
    AuditChains,
    AuditCheckpoints,
    AuditErasure,
    AuditPruning,
    AuditQuery,
    AuditVerifier,
    FeatureMatcher,
  ],
  exports: [AuditCheckpoints, AuditErasure, AuditPruning, AuditQuery, AuditVerifier],
})
export class AuditStoreModule {}
