import { Global, Module } from '@nestjs/common';
import { AUDIT_KEYS, AuditKeys } from './audit-keys.js';
import { AuditTrail } from './audit-trail.js';
import { ErasureHooks } from './erasure.js';

/** The audit trail of a process that serves. */
@Global()
@Module({ providers: [AUDIT_KEYS, ErasureHooks, AuditTrail], exports: [AuditKeys, ErasureHooks, AuditTrail] })
export class TrailModule {}
