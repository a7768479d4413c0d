import { Global, Module } from '@nestjs/common';
import { AuditKeys } from './audit-keys.js';
import { AuditTrail } from './audit-trail.js';

/** The audit trail of a process that serves. */
@Global()
@Module({ providers: [AuditKeys, AuditTrail], exports: [AuditKeys, AuditTrail] })
export class TrailModule {}
