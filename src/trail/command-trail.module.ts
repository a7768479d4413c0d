import { Global, Module } from '@nestjs/common';
import { AuditKeys } from './audit-keys.js';
import { CommandTrail } from './command-trail.js';

/** The trail as the command line needs it. */
@Global()
@Module({ providers: [AuditKeys, CommandTrail], exports: [AuditKeys, CommandTrail] })
export class CommandLoggingModule {}
