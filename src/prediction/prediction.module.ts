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
import { ReferenceController } from './protocols/reference/reference.controller.js';
import { TestController } from './protocols/reference/test.controller.js';
import { LivenessController } from './protocols/v1/liveness.controller.js';
import { V1Controller } from './protocols/v1/v1.controller.js';
import { V2Controller } from './protocols/v2/v2.controller.js';
import { V2Service } from './protocols/v2/v2.service.js';

@Module({
  imports: [ModelsModule, AuthModule, QuotasModule],
  controllers: [ReferenceController, TestController, LivenessController, V1Controller, V2Controller],
  providers: [DataPlane, Redactor, Predictions, DefaultModel, V2Service, GrpcCalls, GrpcServer],
  exports: [DataPlane],
})
export class PredictionModule {}
