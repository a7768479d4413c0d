import { Controller, Delete, Get, HttpCode, Param, Post, Req } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Auth, AuthInHandler } from '../auth/gate/auth.decorator.js';
import { demand } from '../auth/gate/demand.js';
import { covers } from '../auth/gate/scopes.js';
import { ApiErrors } from '../common/openapi.js';
import type { Principal } from '../common/principal.js';
import { Administers } from '../logging/administration.js';
import { MODEL_ANSWER, MODEL_LIST_ANSWER, UPLOAD_BODY } from './models.openapi.js';
import { ModelsService } from './models.service.js';

type View = Record<string, unknown>;

@ApiTags('Models')
@Controller('v1/models')
export class ModelsController {
  constructor(private readonly models: ModelsService) {}

  @Get()
  @Auth()
  @ApiOperation({ summary: 'List models', description: 'The models that the token may read.' })
  @ApiResponse(MODEL_LIST_ANSWER)
  @ApiErrors('problem', 'not_authenticated', 'invalid_token')
  list(@Req() request: FastifyRequest): View {
    const { scopes } = request.user as Principal;
    return this.models.list((name) => covers(scopes, 'models:read', name));
  }

  @Get(':name')
  @Auth('models:read', 'name')
  @ApiOperation({
    summary: 'Describe a model',
    description: 'Returns its versions, signature, metrics, runtime and backend.',
  })
  @ApiResponse(MODEL_ANSWER)
  @ApiErrors('problem', 'not_authenticated', 'invalid_token', 'insufficient_scope', 'model_not_found')
  get(@Param('name') name: string): Promise<View> {
    return this.models.get(name);
  }

  @Post()
  @AuthInHandler('models:write')
  @Administers('model.import')
  @ApiOperation({
    summary: 'Import a model file as a new version',
    description:
      'Accepts a scikit-learn pickle or joblib file, an ONNX file, or a zipped TensorFlow.js folder, recognised by its content.',
  })
  @ApiConsumes('multipart/form-data')
  @ApiBody(UPLOAD_BODY)
  @ApiResponse({ ...MODEL_ANSWER, status: 201 })
  @ApiErrors(
    'problem',
    'bad_request',
    'not_authenticated',
    'invalid_token',
    'insufficient_scope',
    'payload_too_large',
    'unsupported_media_type',
    'validation_failed',
  )
  upload(@Req() request: FastifyRequest): Promise<View> {
    return this.models.upload(request, (model) => {
      request.administration!.target = model.slice(0, 100);
      demand(request.user as Principal, 'models:write', model);
    });
  }

  @Post(':name/versions/:version/promote')
  @HttpCode(200)
  @Auth('models:write', 'name')
  @Administers('model.promote', 'name')
  @ApiOperation({ summary: 'Make a version live' })
  @ApiResponse(MODEL_ANSWER)
  @ApiErrors('problem', 'not_authenticated', 'invalid_token', 'insufficient_scope', 'model_not_found')
  promote(@Param('name') name: string, @Param('version') version: string): Promise<View> {
    return this.models.promote(name, version);
  }

  @Post(':name/rollback')
  @HttpCode(200)
  @Auth('models:write', 'name')
  @Administers('model.rollback', 'name')
  @ApiOperation({ summary: 'Roll back to the previously live version' })
  @ApiResponse(MODEL_ANSWER)
  @ApiErrors(
    'problem',
    'not_authenticated',
    'invalid_token',
    'insufficient_scope',
    'model_not_found',
    'conflict',
  )
  rollback(@Param('name') name: string): Promise<View> {
    return this.models.rollback(name);
  }

  @Post(':name/load')
  @HttpCode(200)
  @Auth('models:write', 'name')
  @Administers('model.load', 'name')
  @ApiOperation({ summary: 'Load a model into memory' })
  @ApiResponse(MODEL_ANSWER)
  @ApiErrors('problem', 'not_authenticated', 'invalid_token', 'insufficient_scope', 'model_not_found')
  load(@Param('name') name: string): Promise<View> {
    return this.models.setLoaded(name, true);
  }

  @Post(':name/unload')
  @HttpCode(200)
  @Auth('models:write', 'name')
  @Administers('model.unload', 'name')
  @ApiOperation({
    summary: 'Unload a model from memory',
    description: 'The model remains in the list and answers again after it is loaded.',
  })
  @ApiResponse(MODEL_ANSWER)
  @ApiErrors('problem', 'not_authenticated', 'invalid_token', 'insufficient_scope', 'model_not_found')
  unload(@Param('name') name: string): Promise<View> {
    return this.models.setLoaded(name, false);
  }

  @Delete(':name')
  @HttpCode(204)
  @Auth('models:write', 'name')
  @Administers('model.remove', 'name')
  @ApiOperation({ summary: 'Delete a model with all its versions' })
  @ApiResponse({ status: 204, description: 'Deleted' })
  @ApiErrors('problem', 'not_authenticated', 'invalid_token', 'insufficient_scope', 'model_not_found')
  remove(@Param('name') name: string): Promise<void> {
    return this.models.remove(name);
  }

  @Delete(':name/versions/:version')
  @HttpCode(204)
  @Auth('models:write', 'name')
  @Administers('model.remove', 'name')
  @ApiOperation({ summary: 'Delete a version that is not live' })
  @ApiResponse({ status: 204, description: 'Deleted' })
  @ApiErrors(
    'problem',
    'not_authenticated',
    'invalid_token',
    'insufficient_scope',
    'model_not_found',
    'conflict',
  )
  removeVersion(@Param('name') name: string, @Param('version') version: string): Promise<void> {
    return this.models.remove(name, version);
  }
}
