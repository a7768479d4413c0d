import { Controller, Get, Post, Req, Res, type Type } from '@nestjs/common';
import { ApiBody, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { AuthPrediction, Public } from '../../../auth/gate/auth.decorator.js';
import { documented } from '../../../common/components.js';
import { ApiError } from '../../../common/errors.js';
import { Operation } from '../../../common/operation.js';
import type { Config } from '../../../config/config.js';
import { Probe } from '../../../logging/recording.js';
import { EXAMPLE_ROW, PREDICTION_ERRORS, ROW, ROWS, VALUE } from '../../openapi/row.schemas.js';
import { Predictions } from '../../predictions.js';
import { Speaks } from '../protocol.js';
import { V2Service } from '../v2/v2.service.js';
import { VERTEX } from './vertex.protocol.js';

/** Paths of other protocols that already respond as Vertex AI expects. */
export const OWN_PREDICT_ROUTES: readonly string[] = ['/invocations'];
export const OWN_HEALTH_ROUTES: readonly string[] = [
  '/',
  '/ping',
  '/health',
  '/health/live',
  '/health/ready',
  '/v2/health/live',
  '/v2/health/ready',
];

const REQUEST = z
  .object({ instances: ROWS })
  .meta({ id: 'VertexRequest', examples: [{ instances: [EXAMPLE_ROW] }] });
const RESPONSE = z
  .object({ predictions: z.array(z.union([VALUE, ROW])) })
  .meta({ id: 'VertexResponse', examples: [{ predictions: [0] }] });

/** In the router's patterns a colon starts a parameter; two colons stand for one. */
const literal = (path: string): string => path.replaceAll(':', '::');

function predictController(path: string): Type {
  @ApiTags('Vertex AI')
  @Controller()
  @Speaks(VERTEX)
  class VertexController {
    constructor(private readonly predictions: Predictions) {}

    @Post(literal(path))
    @AuthPrediction()
    @ApiBody({ schema: documented(REQUEST, 'input') })
    @Operation({
      summary: 'Predict rows with the default model (Vertex AI)',
      returns: 'One label or value per row',
      schema: RESPONSE,
      format: VERTEX.errors,
      errors: ['invalid_input', ...PREDICTION_ERRORS],
    })
    async predict(
      @Req() request: FastifyRequest,
      @Res({ passthrough: true }) reply: FastifyReply,
    ): Promise<string | Buffer> {
      return this.predictions.answerByDefault(request, reply);
    }
  }
  return VertexController;
}

function healthController(path: string): Type {
  @ApiTags('Vertex AI')
  @Controller()
  @Speaks(VERTEX)
  class VertexHealthController {
    constructor(private readonly v2: V2Service) {}

    @Get(literal(path))
    @Public()
    @Probe()
    @Operation({
      summary: 'Readiness probe (Vertex AI)',
      returns: 'Every live model is loaded',
      schema: z.object({ status: z.literal('ready') }).meta({ id: 'VertexHealth' }),
      format: VERTEX.errors,
      errors: ['model_not_ready'],
    })
    health(): { status: string } {
      if (!this.v2.serverReady()) throw new ApiError('model_not_ready', 'not every model is loaded');
      return { status: 'ready' };
    }
  }
  return VertexHealthController;
}

/** The routes of `AIP_PREDICT_ROUTE` and `AIP_HEALTH_ROUTE`, if they are set and not served already. */
export function controllers({ vertex: { predictRoute, healthRoute } }: Config): Type[] {
  return [
    ...(predictRoute && !OWN_PREDICT_ROUTES.includes(predictRoute) ? [predictController(predictRoute)] : []),
    ...(healthRoute && !OWN_HEALTH_ROUTES.includes(healthRoute) ? [healthController(healthRoute)] : []),
  ];
}
