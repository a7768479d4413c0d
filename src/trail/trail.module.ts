import { Global, Module } from '@nestjs/common';
import { AUDIT_KEYS, AuditKeys } from './audit-keys.js';
import { AuditTrail } from './audit-trail.js';

/** The audit trail of a process that serves. */
@Global()
@Module({ providers: [AUDIT_KEYS, AuditTrail], exports: [AuditKeys, AuditTrail] })
export class TrailModule {}
