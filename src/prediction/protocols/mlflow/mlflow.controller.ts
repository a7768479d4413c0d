import { Controller, Get, Header, HttpCode, Post, Req, Res, type Type } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiOperation, ApiProduces, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AccessService } from '../../../auth/gate/access.service.js';
import { AuthPrediction, Public } from '../../../auth/gate/auth.decorator.js';
import { ApiError } from '../../../common/errors.js';
import { ApiErrors } from '../../../common/openapi.js';
import type { Principal } from '../../../common/principal.js';
import { VERSION } from '../../../common/program.js';
import { DefaultModel } from '../../default-model.js';
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
    private readonly defaultModel: DefaultModel,
    private readonly access: AccessService,
    private readonly v2: V2Service,
  ) {}

  @Post('invocations')
  @HttpCode(200)
  @AuthPrediction()
  @ApiOperation({
    summary: 'Predict rows with the default model (MLflow, SageMaker)',
    description:
      'JSON with exactly one of `dataframe_split`, `dataframe_records`, `instances` and `inputs`, or CSV with or without a header. With `Accept: text/csv` the answer is CSV.',
  })
  @ApiConsumes('application/json', 'text/csv')
  @ApiProduces('application/json', 'text/csv')
  @ApiBody(INVOCATIONS_BODY)
  @ApiResponse(INVOCATIONS_ANSWER)
  @ApiErrors(
    MLFLOW.errors,
    'bad_request',
    'invalid_input',
    'not_authenticated',
    'invalid_token',
    'insufficient_scope',
    'model_not_found',
    'payload_too_large',
    'unsupported_media_type',
    'rate_limited',
    'quota_exceeded',
    'model_not_ready',
    'audit_unavailable',
  )
  async invocations(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string | Buffer> {
    const model = this.defaultModel.name();
    this.access.demand(request.user as Principal, 'predict', model);
    return this.predictions.answer(request, reply, model);
  }

  @Get(['ping', 'health'])
  @Public()
  @Header('content-type', 'application/json')
  @ApiOperation({ summary: 'Readiness probe (MLflow, SageMaker)' })
  @ApiResponse({ status: 200, description: 'Every live model is loaded; the body is a line break' })
  @ApiErrors(MLFLOW.errors, 'model_not_ready')
  ping(): string {
    if (!this.v2.serverReady()) throw new ApiError('model_not_ready', 'not every model is loaded');
    return '\n';
  }

  @Get('version')
  @Public()
  @Header('content-type', 'application/json')
  @ApiOperation({ summary: 'Get the version of the server (MLflow)' })
  @ApiResponse({ status: 200, description: "Modelgate's version, without quotes, as MLflow's server has it" })
  version(): string {
    return VERSION;
  }
}

export const controllers = (): Type[] => [MlflowController];
