import { Global, Module } from '@nestjs/common';
import { AuditKeys } from './audit-keys.js';
import { CommandTrail } from './command-trail.js';

/** The audit trail for the command line. */
@Global()
@Module({ providers: [AuditKeys, CommandTrail], exports: [AuditKeys, CommandTrail] })
export class CommandLoggingModule {}
