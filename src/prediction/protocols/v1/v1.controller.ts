import { Controller, HttpCode, Post, Req, Res, type Type } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiParam, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AuthPrediction } from '../../../auth/gate/auth.decorator.js';
import { ApiErrors } from '../../../common/openapi.js';
import { Predictions } from '../../predictions.js';
import { Speaks } from '../protocol.js';
import { LivenessController } from './liveness.controller.js';
import { V1 } from './v1.protocol.js';

/** KServe's V1 protocol. */
@ApiTags('Prediction')
@Controller('v1/models')
@Speaks(V1)
export class V1Controller {
  constructor(private readonly predictions: Predictions) {}

  @Post(':name(^[^:/]+$)::predict')
  @HttpCode(200)
  @AuthPrediction('name')
  @ApiOperation({
    summary: 'Predict rows (KServe V1)',
    description: 'Rows as lists in the order of the features, or as objects by their names.',
  })
  @ApiParam({ name: 'name', schema: { type: 'string' }, example: 'diabetes' })
  @ApiBody({
    schema: {
      type: 'object',
      required: ['instances'],
      properties: { instances: { type: 'array', minItems: 1, items: {} } },
      example: { instances: [[3, 102, 44, 20, 94, 30.8, 0.4, 26]] },
    },
  })
  @ApiResponse({
    status: 200,
    description: 'A label or value a row',
    schema: {
      type: 'object',
      required: ['predictions'],
      properties: { predictions: {} },
      example: { predictions: [0] },
    },
  })
  @ApiErrors(
    V1.errors,
    'invalid_input',
    'not_authenticated',
    'invalid_token',
    'insufficient_scope',
    'model_not_found',
    'payload_too_large',
    'rate_limited',
    'quota_exceeded',
    'model_not_ready',
    'audit_unavailable',
  )
  async predict(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string | Buffer> {
    return this.predictions.answer(request, reply, (request.params as { name: string }).name);
  }
}

export const controllers = (): Type[] => [V1Controller, LivenessController];
