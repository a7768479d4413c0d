import { Global, Module } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { AuditTrail } from './audit-trail.js';
import { ErrorFilter } from './error.filter.js';

@Global()
@Module({
  providers: [AuditTrail, ErrorFilter, { provide: APP_FILTER, useExisting: ErrorFilter }],
  exports: [AuditTrail, ErrorFilter],
})
export class LoggingModule {}
