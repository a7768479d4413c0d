import { Module } from '@nestjs/common';
import { Registry } from 'prom-client';
import { ModelsModule } from '../models/models.module.js';
import { PredictionModule } from '../prediction/prediction.module.js';
import { AccessMetrics } from './access.metrics.js';
import { AuditMetrics } from './audit.metrics.js';
import { GrpcMetrics } from './grpc.metrics.js';
import { HttpMetrics } from './http.metrics.js';
import { MetricsController } from './metrics.controller.js';
import { MetricsServer } from './metrics-server.js';
import { MetricsService } from './metrics.service.js';
import { PredictionMetrics } from './prediction.metrics.js';
import { ServerMetrics } from './server.metrics.js';

@Module({
  imports: [ModelsModule, PredictionModule],
  controllers: [MetricsController],
  providers: [
    { provide: Registry, useFactory: () => new Registry() },
    HttpMetrics,
    GrpcMetrics,
    PredictionMetrics,
    AccessMetrics,
    AuditMetrics,
    ServerMetrics,
    MetricsService,
    MetricsServer,
  ],
})
export class MetricsModule {}
