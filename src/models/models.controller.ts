import { Controller, Delete, Get, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Actor, actorOf } from '../auth/gate/actor.decorator.js';
import { Auth, AuthInHandler } from '../auth/gate/auth.decorator.js';
import { demand } from '../auth/gate/demand.js';
import { covers } from '../auth/gate/scopes.js';
import { Operation } from '../common/operation.js';
import type { Caller } from '../common/actor.js';
import { setLocation } from '../common/public-address.js';
import { RouteSettings } from '../common/route-config.js';
import { about, aboutVersion, Administers } from '../logging/administration.js';
import {
  IMPORTED_MODEL,
  type ImportedModelView,
  MODEL,
  MODEL_PAGE,
  MODEL_PATH,
  MODEL_QUERY,
  type ModelPage,
  type ModelPath,
  type ModelQuery,
  type ModelView,
  UPLOAD_FORM,
  VERSION_PATH,
  type VersionPath,
} from './models.schema.js';
import { ModelsService } from './models.service.js';

@ApiTags('Models')
@Controller('v1/models')
export class ModelsController {
  constructor(private readonly models: ModelsService) {}

  @Get()
  @Auth()
  @Operation({
    summary: 'List models',
    description: 'Only models that the token may see.',
    returns: 'A page of models, by name',
    schema: MODEL_PAGE,
  })
  listModels(@Actor() { scopes }: Caller, @Query({ schema: MODEL_QUERY }) query: ModelQuery): ModelPage {
    return this.models.page(query, (name) => covers(scopes, 'models:read', name));
  }

  @Get(':name')
  @Auth('models:read', 'name')
  @Operation({
    summary: 'Show a model',
    description: 'Returns its versions, signature, metrics, runtime and backend.',
    returns: 'The model',
    schema: MODEL,
    errors: ['model_not_found'],
  })
  getModel(@Param({ schema: MODEL_PATH }) { name }: ModelPath): Promise<ModelView> {
    return this.models.get(name);
  }

  @Post()
  @RouteSettings({ takesUpload: true })
  @AuthInHandler('models:write')
  @Administers('model.import')
  @Operation({
    summary: 'Import model files as a new version',
    description:
      'Files are recognised by their content (docs/models.md). Several files become one model: the output of each feeds the next. A package that `modelgate models export` wrote is taken as it is.',
    body: { content: { 'multipart/form-data': UPLOAD_FORM } },
    status: 201,
    returns: 'The model',
    schema: IMPORTED_MODEL,
    headers: { Location: "The model's own path" },
  })
  async importModel(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ImportedModelView> {
    const imported = await this.models.upload(request, (model) => {
      about(request, model.slice(0, 100));
      demand(actorOf(request), 'models:write', model);
    });
    note(request, imported, imported.imported_version);
    setLocation(request, reply, 'v1', 'models', imported.name);
    return imported;
  }

  @Post(':name/versions/:version/promote')
  @Auth('models:write', 'name')
  @Administers('model.promote', 'name', 'name')
  @Operation({
    summary: 'Make a version live',
    returns: 'The model',
    schema: MODEL,
    errors: ['model_not_found'],
  })
  async promoteModelVersion(
    @Req() request: FastifyRequest,
    @Param({ schema: VERSION_PATH }) { name, version }: VersionPath,
  ): Promise<ModelView> {
    return note(request, await this.models.promote(name, version));
  }

  @Post(':name/rollback')
  @Auth('models:write', 'name')
  @Administers('model.rollback', 'name', 'name')
  @Operation({
    summary: 'Roll back to the previously live version',
    returns: 'The model',
    schema: MODEL,
    errors: ['model_not_found', 'conflict'],
  })
  async rollBackModel(
    @Req() request: FastifyRequest,
    @Param({ schema: MODEL_PATH }) { name }: ModelPath,
  ): Promise<ModelView> {
    return note(request, await this.models.rollback(name));
  }

  @Post(':name/load')
  @Auth('models:write', 'name')
  @Administers('model.load', 'name', 'name')
  @Operation({
    summary: 'Load a model into memory',
    returns: 'The model',
    schema: MODEL,
    errors: ['model_not_found'],
  })
  async loadModel(
    @Req() request: FastifyRequest,
    @Param({ schema: MODEL_PATH }) { name }: ModelPath,
  ): Promise<ModelView> {
    return note(request, await this.models.setLoaded(name, true));
  }

  @Post(':name/unload')
  @Auth('models:write', 'name')
  @Administers('model.unload', 'name', 'name')
  @Operation({
    summary: 'Unload a model from memory',
    description: 'It stays in the list and can be loaded again.',
    returns: 'The model',
    schema: MODEL,
    errors: ['model_not_found'],
  })
  async unloadModel(
    @Req() request: FastifyRequest,
    @Param({ schema: MODEL_PATH }) { name }: ModelPath,
  ): Promise<ModelView> {
    return note(request, await this.models.setLoaded(name, false));
  }

  @Delete(':name')
  @Auth('models:write', 'name')
  @Administers('model.remove', 'name', 'name')
  @Operation({
    summary: 'Delete a model with all its versions',
    status: 204,
    returns: 'Deleted',
    errors: ['model_not_found'],
  })
  deleteModel(@Param({ schema: MODEL_PATH }) { name }: ModelPath): Promise<void> {
    return this.models.remove(name);
  }

  @Delete(':name/versions/:version')
  @Auth('models:write', 'name')
  @Administers('model.remove', 'name', 'name')
  @Operation({
    summary: 'Delete a version that is not live',
    status: 204,
    returns: 'Deleted',
    errors: ['model_not_found', 'conflict'],
  })
  async deleteModelVersion(
    @Req() request: FastifyRequest,
    @Param({ schema: VERSION_PATH }) { name, version }: VersionPath,
  ): Promise<void> {
    const { digest } = await this.models.removeVersion(name, version);
    aboutVersion(request, { name, version: Number(version), digest });
  }
}

/** Names the version in the record of the act: the live one unless given. */
function note(request: FastifyRequest, view: ModelView, version = view.live_version): ModelView {
  const { digest } = view.versions.find((each) => each.version === version) ?? {};
  aboutVersion(request, { name: view.name, version: Number(version), digest });
  return view;
}
