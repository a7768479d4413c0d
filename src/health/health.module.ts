import { Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { ModelsModule } from '../models/models.module.js';
import { HealthController } from './health.controller.js';

@Module({ imports: [TerminusModule, ModelsModule], controllers: [HealthController] })
export class HealthModule {}
