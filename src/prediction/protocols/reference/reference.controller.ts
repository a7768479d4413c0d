import { Controller, HttpCode, Post, Req, Res, type Type } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AccessService } from '../../../auth/gate/access.service.js';
import { AuthPrediction } from '../../../auth/gate/auth.decorator.js';
import { ApiErrors } from '../../../common/openapi.js';
import type { Principal } from '../../../common/principal.js';
import { DefaultModel } from '../../default-model.js';
import { Predictions } from '../../predictions.js';
import { Speaks } from '../protocol.js';
import { REFERENCE } from './reference.protocol.js';
import { TestController } from './test.controller.js';

/** The reference app's own route, on the default model. */
@ApiTags('Prediction')
@Controller()
@Speaks(REFERENCE)
export class ReferenceController {
  constructor(
    private readonly predictions: Predictions,
    private readonly defaultModel: DefaultModel,
    private readonly access: AccessService,
  ) {}

  @Post('regression')
  @HttpCode(200)
  @AuthPrediction()
  @ApiOperation({
    summary: 'Predict one row with the default model',
    description: "The row's values in the order of the model's features, as a bare JSON list.",
  })
  @ApiBody({ schema: { type: 'array', items: {}, example: [3, 102, 44, 20, 94, 30.8, 0.4, 26] } })
  @ApiResponse({
    status: 200,
    description: 'The label or value',
    schema: { type: 'object', required: ['Output'], properties: { Output: {} }, example: { Output: 0 } },
  })
  @ApiErrors(
    REFERENCE.errors,
    'not_authenticated',
    'inactive_user',
    'insufficient_scope',
    'validation_failed',
    'payload_too_large',
    'rate_limited',
    'quota_exceeded',
    'audit_unavailable',
  )
  async regression(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string | Buffer> {
    const model = this.defaultModel.name();
    this.access.demand(request.user as Principal, 'predict', model);
    return this.predictions.answer(request, reply, model);
  }
}

export const controllers = (): Type[] => [ReferenceController, TestController];
