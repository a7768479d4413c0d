import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module.js';
import { ModelsModule } from '../models/models.module.js';
import { QuotasModule } from '../quotas/quotas.module.js';
import { DataPlane } from './data-plane.js';
import { DefaultModel } from './default-model.js';
import { Predictions } from './predictions.js';
import { GrpcCalls } from './protocols/grpc/grpc-call.js';
import { GrpcServer } from './protocols/grpc/grpc-server.js';
import { Redactor } from './redactor.js';
import { V2Statistics } from './protocols/v2/v2.statistics.js';
import { V2Service } from './protocols/v2/v2.service.js';

/** The data plane, the code that protocols share, and gRPC. Routes are in `ProtocolsModule`. */
@Module({
  imports: [ModelsModule, AuthModule, QuotasModule],
  providers: [DataPlane, Redactor, Predictions, DefaultModel, V2Service, V2Statistics, GrpcCalls, GrpcServer],
  exports: [DataPlane, Predictions, DefaultModel, V2Service],
})
export class PredictionModule {}
