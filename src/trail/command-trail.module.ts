import { Global, Module } from '@nestjs/common';
import { AUDIT_KEYS, AuditKeys } from './audit-keys.js';
import { CommandTrail } from './command-trail.js';

/** The audit trail for the command line. */
@Global()
@Module({ providers: [AUDIT_KEYS, CommandTrail], exports: [AuditKeys, CommandTrail] })
export class CommandLoggingModule {}
