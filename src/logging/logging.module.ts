import { Global, Module } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { AuditKeys } from './audit-keys.js';
import { AuditTrail } from './audit-trail.js';
import { ErrorFilter } from './error.filter.js';

@Global()
@Module({
  providers: [AuditKeys, AuditTrail, ErrorFilter, { provide: APP_FILTER, useExisting: ErrorFilter }],
  exports: [AuditKeys, AuditTrail, ErrorFilter],
})
export class LoggingModule {}
