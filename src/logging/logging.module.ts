import { Global, Module } from '@nestjs/common';
import { APP_FILTER, APP_INTERCEPTOR } from '@nestjs/core';
import { AuditTrail } from './audit-trail.js';
import { ErrorFilter } from './error.filter.js';
import { LoggingInterceptor } from './logging.interceptor.js';

@Global()
@Module({
  providers: [
    AuditTrail,
    ErrorFilter,
    { provide: APP_FILTER, useExisting: ErrorFilter },
    { provide: APP_INTERCEPTOR, useClass: LoggingInterceptor },
  ],
  exports: [AuditTrail, ErrorFilter],
})
export class LoggingModule {}
