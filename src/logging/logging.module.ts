import { Global, Module } from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import { TrailModule } from '../trail/trail.module.js';
import { AccessLog } from './access-log.js';
import { CallRecorder } from './call-recorder.js';
import { LoggingInterceptor } from './logging.interceptor.js';

/** Records requests: those of Nest's routes by a global interceptor, others through {@link CallRecorder}. */
@Global()
@Module({
  imports: [TrailModule],
  providers: [AccessLog, CallRecorder, { provide: APP_INTERCEPTOR, useClass: LoggingInterceptor }],
  exports: [AccessLog, CallRecorder, TrailModule],
})
export class LoggingModule {}
