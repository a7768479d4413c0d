import { Module } from '@nestjs/common';
import { TrailModule } from '../trail/trail.module.js';

@Module({ imports: [TrailModule], exports: [TrailModule] })
export class LoggingModule {}
