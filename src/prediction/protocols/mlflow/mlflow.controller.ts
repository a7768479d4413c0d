import { Controller, Get, Header, Post, Req, Res, type Type } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AuthPrediction, Public } from '../../../auth/gate/auth.decorator.js';
import { ApiError } from '../../../common/errors.js';
import { Operation } from '../../../common/operation.js';
import { PREDICTION_ERRORS } from '../../openapi/row.schemas.js';
import { VERSION } from '../../../common/program.js';
import { Probe } from '../../../logging/recording.js';
import { Predictions } from '../../predictions.js';
import { Speaks } from '../protocol.js';
import { V2Service } from '../v2/v2.service.js';
import { MLFLOW } from './mlflow.protocol.js';
import { INVOCATIONS_ANSWER, INVOCATIONS_BODY } from './mlflow.openapi.js';

/** The routes of MLflow's scoring server and of a SageMaker container, on the default model. */
@ApiTags('MLflow and SageMaker')
@Controller()
@Speaks(MLFLOW)
export class MlflowController {
  constructor(
    private readonly predictions: Predictions,
    private readonly v2: V2Service,
  ) {}

  @Post('invocations')
  @AuthPrediction()
  @Operation({
    summary: 'Predict rows with the default model (MLflow, SageMaker)',
    description:
      'JSON with exactly one of `dataframe_split`, `dataframe_records`, `instances` and `inputs`, or CSV with or without a header. With `Accept: text/csv` the answer is CSV.',
    body: INVOCATIONS_BODY,
    returns: 'One label or value per row',
    content: INVOCATIONS_ANSWER,
    format: MLFLOW.errors,
    errors: ['invalid_input', 'unsupported_media_type', ...PREDICTION_ERRORS],
  })
  async invocations(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string | Buffer> {
    return this.predictions.answerByDefault(request, reply);
  }

  @Get(['ping', 'health'])
  @Public()
  @Probe()
  @Header('content-type', 'application/json')
  @Operation({
    summary: 'Readiness probe (MLflow, SageMaker)',
    returns: 'Every live model is loaded; the body is a line break',
    format: MLFLOW.errors,
    errors: ['model_not_ready'],
  })
  ping(): string {
    if (!this.v2.serverReady()) throw new ApiError('model_not_ready', 'not every model is loaded');
    return '\n';
  }

  @Get('version')
  @Public()
  @Header('content-type', 'application/json')
  @Operation({
    summary: 'Get the version of the server (MLflow)',
    returns: 'The version of Modelgate as text without quotes, as in MLflow',
  })
  getServerVersion(): string {
    return VERSION;
  }
}

export const controllers = (): Type[] => [MlflowController];
