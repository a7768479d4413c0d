import { Controller, Post, Req, Res, type Type } from '@nestjs/common';
import { ApiBody, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { AuthPrediction } from '../../../auth/gate/auth.decorator.js';
import { documented } from '../../../common/components.js';
import { Operation } from '../../../common/operation.js';
import { EXAMPLE_ROW, PREDICTION_ERRORS, VALUE } from '../../openapi/row.schemas.js';
import { Predictions } from '../../predictions.js';
import { Speaks } from '../protocol.js';
import { REFERENCE } from './reference.protocol.js';
import { TestController } from './test.controller.js';

const REQUEST = z.array(VALUE).meta({ id: 'ReferenceRow', examples: [EXAMPLE_ROW] });
const RESPONSE = z
  .object({ Output: VALUE.describe('A list if the model has several targets') })
  .meta({ id: 'ReferenceOutput', examples: [{ Output: 0 }] });

/** The reference app's own route, on the default model. */
@ApiTags('Prediction')
@Controller()
@Speaks(REFERENCE)
export class ReferenceController {
  constructor(private readonly predictions: Predictions) {}

  @Post('regression')
  @AuthPrediction()
  @ApiBody({ schema: documented(REQUEST, 'input') })
  @Operation({
    summary: 'Predict one row with the default model',
    description: "Accepts the row's values in the order of the model's features, as a JSON list.",
    returns: 'The label or value',
    schema: RESPONSE,
    format: REFERENCE.errors,
    errors: ['inactive_user', ...PREDICTION_ERRORS],
  })
  async regression(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string | Buffer> {
    return this.predictions.answerByDefault(request, reply);
  }
}

export const controllers = (): Type[] => [ReferenceController, TestController];
