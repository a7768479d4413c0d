import { Controller, Get, Header, HttpCode, Param, Post, Req, Res, type Type } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiParam, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Auth, AuthPrediction, Public } from '../../../auth/gate/auth.decorator.js';
import { ApiError } from '../../../common/errors.js';
import { ApiErrors } from '../../../common/openapi.js';
import type { Principal } from '../../../common/principal.js';
import { Administers } from '../../../logging/administration.js';
import { Predictions } from '../../predictions.js';
import { Speaks } from '../protocol.js';
import { INDEX_ANSWER, INFER_ANSWER, INFER_BODY, METADATA_ANSWER } from './v2.openapi.js';
import { JSON_TYPE, readBody, V2 } from './v2.protocol.js';
import { V2Service } from './v2.service.js';
import { type IndexEntry, type ModelMetadata, SERVER_METADATA } from './v2.views.js';

/** The Open Inference Protocol V2 over REST, with its repository and binary tensor extensions. */
@ApiTags('Open Inference Protocol V2')
@Controller('v2')
@Speaks(V2)
export class V2Controller {
  constructor(
    private readonly predictions: Predictions,
    private readonly v2: V2Service,
  ) {}

  @Get('health/live')
  @Public()
  @Header('content-type', JSON_TYPE)
  @ApiOperation({ summary: 'Whether the server answers' })
  @ApiResponse({ status: 200, description: 'It does', schema: { type: 'object', example: { live: true } } })
  live(): { live: boolean } {
    return { live: true };
  }

  @Get('health/ready')
  @Public()
  @Header('content-type', JSON_TYPE)
  @ApiOperation({ summary: 'Whether every live model is loaded' })
  @ApiResponse({
    status: 200,
    description: 'They are',
    schema: { type: 'object', example: { live: true, ready: true } },
  })
  @ApiErrors(V2.errors, 'model_not_ready')
  ready(): { live: boolean; ready: boolean } {
    if (!this.v2.serverReady()) throw new ApiError('model_not_ready', 'not every model is loaded');
    return { live: true, ready: true };
  }

  @Get()
  @Auth()
  @Header('content-type', JSON_TYPE)
  @ApiOperation({ summary: 'Describe the server' })
  @ApiResponse({
    status: 200,
    description: 'Name, version, extensions',
    schema: { type: 'object', example: SERVER_METADATA },
  })
  @ApiErrors(V2.errors, 'not_authenticated', 'invalid_token')
  server(): typeof SERVER_METADATA {
    return SERVER_METADATA;
  }

  @Get(['models/:name/ready', 'models/:name/versions/:version/ready'])
  @Auth('models:read', 'name')
  @Header('content-type', JSON_TYPE)
  @ApiOperation({ summary: 'Whether a model answers' })
  @ApiResponse({
    status: 200,
    description: 'It does',
    schema: { type: 'object', example: { name: 'diabetes', ready: true } },
  })
  @ApiErrors(
    V2.errors,
    'not_authenticated',
    'invalid_token',
    'insufficient_scope',
    'model_not_found',
    'model_not_ready',
  )
  async modelReady(
    @Param('name') name: string,
    @Param('version') version?: string,
  ): Promise<{ name: string; ready: boolean }> {
    await this.v2.modelReady(name, version);
    return { name, ready: true };
  }

  @Get(['models/:name', 'models/:name/versions/:version'])
  @Auth('models:read', 'name')
  @Header('content-type', JSON_TYPE)
  @ApiOperation({ summary: 'Describe what a model takes and gives' })
  @ApiResponse(METADATA_ANSWER)
  @ApiErrors(
    V2.errors,
    'not_authenticated',
    'invalid_token',
    'insufficient_scope',
    'model_not_found',
    'model_not_ready',
  )
  metadata(@Param('name') name: string, @Param('version') version?: string): Promise<ModelMetadata> {
    return this.v2.metadata(name, version);
  }

  @Post(['models/:name/infer', 'models/:name/versions/:version/infer'])
  @HttpCode(200)
  @AuthPrediction('name')
  @ApiOperation({
    summary: 'Predict rows',
    description: 'Tensors as JSON, or as bytes behind the JSON (binary tensor data extension).',
  })
  @ApiParam({ name: 'version', schema: { type: 'string' } })
  @ApiParam({ name: 'name', schema: { type: 'string' } })
  @ApiBody(INFER_BODY)
  @ApiResponse(INFER_ANSWER)
  @ApiErrors(
    V2.errors,
    'bad_request',
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
  async infer(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string | Buffer> {
    const { name, version } = request.params as { name: string; version?: string };
    return this.predictions.answer(request, reply, name, version);
  }

  @Post('repository/index')
  @HttpCode(200)
  @Auth()
  @Header('content-type', JSON_TYPE)
  @ApiOperation({ summary: 'List all versions of all models' })
  @ApiBody({
    required: false,
    schema: { type: 'object', properties: { ready: { type: 'boolean' } }, example: {} },
  })
  @ApiResponse(INDEX_ANSWER)
  @ApiErrors(V2.errors, 'not_authenticated', 'invalid_token')
  index(@Req() request: FastifyRequest): Promise<IndexEntry[]> {
    const { header } = readBody(request);
    return this.v2.index(
      request.user as Principal,
      (header as { ready?: unknown } | undefined | null)?.ready === true,
    );
  }

  @Post('repository/models/:name/load')
  @HttpCode(200)
  @Auth('models:write', 'name')
  @Administers('model.load', 'name')
  @Header('content-type', JSON_TYPE)
  @ApiOperation({ summary: 'Load a model into memory' })
  @ApiBody({ required: false, schema: { type: 'object', example: {} } })
  @ApiResponse({ status: 200, description: 'It is loaded', schema: { type: 'object', example: {} } })
  @ApiErrors(
    V2.errors,
    'not_authenticated',
    'invalid_token',
    'insufficient_scope',
    'model_not_found',
    'model_not_ready',
  )
  async load(@Param('name') name: string): Promise<Record<string, never>> {
    await this.v2.setLoaded(name, true);
    return {};
  }

  @Post('repository/models/:name/unload')
  @HttpCode(200)
  @Auth('models:write', 'name')
  @Administers('model.unload', 'name')
  @Header('content-type', JSON_TYPE)
  @ApiOperation({ summary: 'Give the memory of a model back' })
  @ApiBody({ required: false, schema: { type: 'object', example: {} } })
  @ApiResponse({ status: 200, description: 'It is unloaded', schema: { type: 'object', example: {} } })
  @ApiErrors(V2.errors, 'not_authenticated', 'invalid_token', 'insufficient_scope', 'model_not_found')
  async unload(@Param('name') name: string): Promise<Record<string, never>> {
    await this.v2.setLoaded(name, false);
    return {};
  }
}

export const controllers = (): Type[] => [V2Controller];
