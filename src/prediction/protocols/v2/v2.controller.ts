import { Controller, Get, Header, Param, Post, Req, Res, type Type } from '@nestjs/common';
import { ApiBody, ApiParam, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { actorOf } from '../../../auth/gate/actor.decorator.js';
import { Auth, AuthPrediction, Public } from '../../../auth/gate/auth.decorator.js';
import { ApiError } from '../../../common/errors.js';
import { Operation } from '../../../common/operation.js';
import { RouteSettings } from '../../../common/route-config.js';
import { Administers } from '../../../logging/administration.js';
import { Probe } from '../../../logging/recording.js';
import { PREDICTION_ERRORS } from '../../openapi/row.schemas.js';
import { Predictions } from '../../predictions.js';
import { Speaks } from '../protocol.js';
import {
  INDEX,
  INDEX_BODY,
  INFER_BODY,
  INFER_RESPONSE,
  LOAD_BODY,
  LOADED,
  METADATA,
  MODEL_READY,
  SERVER,
  SERVER_LIVE,
  SERVER_READY,
  STATISTICS,
  type Statistics,
} from './v2.openapi.js';
import { JSON_TYPE, readBody, V2 } from './v2.protocol.js';
import { readIndexRequest, refuseParameters } from './repository-request.js';
import { V2Service } from './v2.service.js';
import { type IndexEntry, type ModelMetadata, SERVER_METADATA } from './v2.views.js';

/** The Open Inference Protocol V2 over REST, with its repository and binary tensor extensions. */
@ApiTags('Open Inference Protocol V2')
@Controller('v2')
@Speaks(V2)
// Clients of V2 ask for compression at inference only, and some read other answers as they come.
@RouteSettings({ uncompressed: true })
export class V2Controller {
  constructor(
    private readonly predictions: Predictions,
    private readonly v2: V2Service,
  ) {}

  @Get('health/live')
  @Public()
  @Probe()
  @Header('content-type', JSON_TYPE)
  @Operation({
    summary: 'Liveness probe (V2)',
    returns: 'The server is alive',
    schema: SERVER_LIVE,
    format: V2.errors,
  })
  getServerLive(): { live: boolean } {
    return { live: true };
  }

  @Get('health/ready')
  @Public()
  @Probe()
  @Header('content-type', JSON_TYPE)
  @Operation({
    summary: 'Readiness probe (V2)',
    returns: 'Every live model is loaded',
    schema: SERVER_READY,
    errors: ['model_not_ready'],
    format: V2.errors,
  })
  getServerReady(): { live: boolean; ready: boolean } {
    if (!this.v2.serverReady()) throw new ApiError('model_not_ready', 'not every model is loaded');
    return { live: true, ready: true };
  }

  @Get()
  @Auth()
  @Header('content-type', JSON_TYPE)
  @Operation({
    summary: 'Describe the server',
    returns: 'Name, version and extensions',
    schema: SERVER,
    format: V2.errors,
  })
  getServerMetadata(): typeof SERVER_METADATA {
    return SERVER_METADATA;
  }

  @Get(['models/:name/ready', 'models/:name/versions/:version/ready'])
  @Auth('models:read', 'name')
  @Header('content-type', JSON_TYPE)
  @Operation({
    summary: 'Check that a model is ready',
    returns: 'The model is ready',
    schema: MODEL_READY,
    errors: ['model_not_found', 'model_not_ready'],
    format: V2.errors,
  })
  async getModelReady(
    @Param('name') name: string,
    @Param('version') version?: string,
  ): Promise<{ name: string; ready: boolean }> {
    await this.v2.modelReady(name, version);
    return { name, ready: true };
  }

  @Get('models/stats')
  @Auth()
  @Header('content-type', JSON_TYPE)
  @Operation({
    summary: 'Show what the models computed (V2)',
    description: 'Since the start of the process that answers. Only models that the token may see.',
    returns: 'One entry per version',
    schema: STATISTICS,
    format: V2.errors,
  })
  async getStatistics(@Req() request: FastifyRequest): Promise<Statistics> {
    return { model_stats: await this.v2.modelStatistics(actorOf(request)) };
  }

  @Get(['models/:name/stats', 'models/:name/versions/:version/stats'])
  @Auth('models:read', 'name')
  @Header('content-type', JSON_TYPE)
  @Operation({
    summary: 'Show what a model computed (V2)',
    description: 'Since the start of the process that answers.',
    returns: 'One entry per version',
    schema: STATISTICS,
    errors: ['model_not_found'],
    format: V2.errors,
  })
  async getModelStatistics(
    @Req() request: FastifyRequest,
    @Param('name') name: string,
    @Param('version') version?: string,
  ): Promise<Statistics> {
    return { model_stats: await this.v2.modelStatistics(actorOf(request), name, version) };
  }

  @Get(['models/:name', 'models/:name/versions/:version'])
  @Auth('models:read', 'name')
  @Header('content-type', JSON_TYPE)
  @Operation({
    summary: 'Describe the inputs and outputs of a model',
    returns: 'Inputs and outputs',
    schema: METADATA,
    errors: ['model_not_found', 'model_not_ready'],
    format: V2.errors,
  })
  getModelMetadata(@Param('name') name: string, @Param('version') version?: string): Promise<ModelMetadata> {
    return this.v2.metadata(name, version);
  }

  @Post(['models/:name/infer', 'models/:name/versions/:version/infer'])
  @AuthPrediction('name')
  @RouteSettings({ uncompressed: false })
  @ApiParam({ name: 'version', schema: { type: 'string' } })
  @ApiParam({ name: 'name', schema: { type: 'string' } })
  @ApiBody(INFER_BODY)
  @Operation({
    summary: 'Predict rows (V2)',
    description: 'Accepts tensors as JSON, or as bytes after the JSON (binary tensor data extension).',
    returns: 'The requested outputs, or the default ones',
    schema: INFER_RESPONSE,
    errors: ['invalid_input', ...PREDICTION_ERRORS],
    format: V2.errors,
  })
  async infer(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string | Buffer> {
    const { name, version } = request.params as { name: string; version?: string };
    return this.predictions.answer(request, reply, name, version);
  }

  @Post('repository/index')
  @Auth()
  @Header('content-type', JSON_TYPE)
  @ApiBody(INDEX_BODY)
  @Operation({
    summary: 'List all versions of all models (V2)',
    returns: 'One entry per version',
    schema: INDEX,
    errors: ['invalid_input'],
    format: V2.errors,
  })
  getRepositoryIndex(@Req() request: FastifyRequest): Promise<IndexEntry[]> {
    return this.v2.index(actorOf(request), readIndexRequest(readBody(request).header));
  }

  @Post('repository/models/:name/load')
  @Auth('models:write', 'name')
  @Administers('model.load', 'name', 'name')
  @Header('content-type', JSON_TYPE)
  @ApiBody(LOAD_BODY)
  @Operation({
    summary: 'Load a model into memory (V2)',
    returns: 'The model is loaded',
    schema: LOADED,
    errors: ['invalid_input', 'model_not_found', 'model_not_ready'],
    format: V2.errors,
  })
  async loadRepositoryModel(
    @Req() request: FastifyRequest,
    @Param('name') name: string,
  ): Promise<Record<string, never>> {
    refuseParameters(readBody(request).header, []);
    await this.v2.setLoaded(name, true);
    return {};
  }

  @Post('repository/models/:name/unload')
  @Auth('models:write', 'name')
  @Administers('model.unload', 'name', 'name')
  @Header('content-type', JSON_TYPE)
  @ApiBody(LOAD_BODY)
  @Operation({
    summary: 'Unload a model from memory (V2)',
    returns: 'The model is unloaded',
    schema: LOADED,
    errors: ['invalid_input', 'model_not_found'],
    format: V2.errors,
  })
  async unloadRepositoryModel(
    @Req() request: FastifyRequest,
    @Param('name') name: string,
  ): Promise<Record<string, never>> {
    refuseParameters(readBody(request).header, ['unload_dependents']);
    await this.v2.setLoaded(name, false);
    return {};
  }
}

export const controllers = (): Type[] => [V2Controller];
