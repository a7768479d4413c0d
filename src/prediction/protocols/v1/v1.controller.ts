import { Controller, Post, Req, Res, type Type } from '@nestjs/common';
import { ApiBody, ApiParam, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { AuthPrediction } from '../../../auth/gate/auth.decorator.js';
import { documented } from '../../../common/components.js';
import { Operation } from '../../../common/operation.js';
import { EXAMPLE_ROW, PREDICTION_ERRORS, ROWS, VALUE } from '../../openapi/row.schemas.js';
import { Predictions } from '../../predictions.js';
import { Speaks } from '../protocol.js';
import { LivenessController } from './liveness.controller.js';
import { V1 } from './v1.protocol.js';

const OUTPUTS = z
  .union([z.string(), z.array(z.string()).min(1)])
  .describe("Names of the model's outputs, such as `predict_proba`; by default, its first output");

const REQUEST = z
  .union([
    z.object({ instances: ROWS, outputs: OUTPUTS.optional() }),
    z.object({ inputs: ROWS, outputs: OUTPUTS.optional() }),
  ])
  .meta({ id: 'V1Request', examples: [{ instances: [EXAMPLE_ROW] }] });

const OUT_OF_RANGE = z.object({
  row: z.int(),
  feature: z.string(),
  value: z.number().optional().describe('Missing if the feature is redacted'),
  range: z.tuple([z.number(), z.number()]).describe('Of the training data'),
});
const RESPONSE = z
  .object({
    predictions: z
      .union([z.array(VALUE), z.record(z.string(), z.array(VALUE))])
      .describe('One label or value per row; lists by output name if the model has several outputs'),
    parameters: z
      .object({ out_of_range: z.array(OUT_OF_RANGE) })
      .optional()
      .describe('Values outside the training range'),
  })
  .meta({ id: 'V1Response', examples: [{ predictions: [0] }] });

/** KServe's V1 protocol. */
@ApiTags('Prediction')
@Controller('v1/models')
@Speaks(V1)
export class V1Controller {
  constructor(private readonly predictions: Predictions) {}

  @Post(':name(^[^:/]+$)::predict')
  @AuthPrediction('name')
  @ApiParam({ name: 'name', schema: { type: 'string' }, example: 'diabetes' })
  @ApiBody({ schema: documented(REQUEST, 'input') })
  @Operation({
    summary: 'Predict rows (KServe V1)',
    description:
      'Accepts rows as lists in the order of the features, as objects by feature name, or as bare values if the model has one feature. `outputs` selects outputs, such as class probabilities.',
    returns: 'One label or value per row',
    schema: RESPONSE,
    format: V1.errors,
    errors: ['invalid_input', ...PREDICTION_ERRORS],
  })
  async predictInstances(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string | Buffer> {
    return this.predictions.answer(request, reply, (request.params as { name: string }).name);
  }
}

export const controllers = (): Type[] => [V1Controller, LivenessController];
