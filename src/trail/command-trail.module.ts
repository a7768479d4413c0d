import { Global, Module } from '@nestjs/common';
import { AUDIT_KEYS, AuditKeys } from './audit-keys.js';
import { CommandTrail } from './command-trail.js';
import { ErasureHooks } from './erasure.js';

/** The audit trail for the command line. */
@Global()
@Module({
  providers: [AUDIT_KEYS, ErasureHooks, CommandTrail],
  exports: [AuditKeys, ErasureHooks, CommandTrail],
})
export class CommandLoggingModule {}
