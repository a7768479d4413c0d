import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { actorOf } from '../auth/gate/actor.decorator.js';
import type { Access } from '../auth/gate/auth.decorator.js';
import { covers } from '../auth/gate/scopes.js';
import { ModelRegistry } from '../models/model-registry.js';
import { modelPaths } from '../prediction/openapi/model-paths.js';
import { baseDocument } from './openapi.js';

/**
 * Swagger UI at /docs and the document at /openapi.json, both from this server alone. The document of the routes is
 * made when first requested; the paths of live models are added at every request.
 * @param isPublic anybody may read them, with all models; else callers with a token, with the models they may read
 */
export async function serveDocs(app: NestFastifyApplication, isPublic: boolean): Promise<void> {
  const registry = app.get(ModelRegistry);
  allowPages(app.getHttpAdapter().getInstance(), isPublic ? { public: true } : {});
  SwaggerModule.setup('docs', app, () => baseDocument(app), {
    jsonDocumentUrl: 'openapi.json',
    yamlDocumentUrl: 'openapi.yaml',
    customSiteTitle: 'Modelgate',
    patchDocumentOnRequest: (request, _reply, document) =>
      withModels(document, registry, isPublic ? () => true : readableBy(request as FastifyRequest)),
    swaggerOptions: { displayRequestDuration: true, tryItOutEnabled: true },
  });
}

/** The routes that `SwaggerModule` registers. */
function allowPages(fastify: FastifyInstance, access: Access): void {
  fastify.addHook('onRoute', (route) => {
    const isPage = PAGE.test(route.url);
    if (isPage || DOCUMENT.test(route.url)) route.config = { ...route.config, access, page: isPage };
  });
}

const PAGE = /^\/docs(\/|$)/;
const DOCUMENT = /^\/openapi\.(json|yaml)$/;

const readableBy =
  (request: FastifyRequest) =>
  (name: string): boolean =>
    covers(actorOf(request).scopes, 'models:read', name);

function withModels(
  document: OpenAPIObject,
  registry: ModelRegistry,
  isShown: (name: string) => boolean,
): OpenAPIObject {
  const shown = registry.names().filter(isShown);
  const live = shown.flatMap((name) => registry.live(name) ?? []);
  const added = live.map((model) => modelPaths(model, document.paths));
  return { ...document, paths: Object.assign({}, document.paths, ...added) as OpenAPIObject['paths'] };
}
