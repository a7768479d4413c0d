import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import type { FastifyInstance } from 'fastify';
import { ModelRegistry } from '../models/model-registry.js';
import { modelPaths } from '../prediction/openapi/model-paths.js';
import { baseDocument } from './openapi.js';

/**
 * Swagger UI at /docs and the document at /openapi.json, both from this server alone. The document of the routes is
 * made when first requested; the paths of live models are added at every request.
 */
export async function serveDocs(app: NestFastifyApplication): Promise<void> {
  const registry = app.get(ModelRegistry);
  allowPages(app.getHttpAdapter().getInstance());
  SwaggerModule.setup('docs', app, () => baseDocument(app), {
    jsonDocumentUrl: 'openapi.json',
    yamlDocumentUrl: 'openapi.yaml',
    customSiteTitle: 'Modelgate',
    patchDocumentOnRequest: (_request, _reply, document) => withModels(document, registry),
    swaggerOptions: { displayRequestDuration: true, tryItOutEnabled: true },
  });
}

/** The routes that `SwaggerModule` registers. The documentation is public. */
function allowPages(fastify: FastifyInstance): void {
  fastify.addHook('onRoute', (route) => {
    const isPage = PAGE.test(route.url);
    if (isPage || DOCUMENT.test(route.url))
      route.config = { ...route.config, access: { public: true }, page: isPage };
  });
}

const PAGE = /^\/docs(\/|$)/;
const DOCUMENT = /^\/openapi\.(json|yaml)$/;

function withModels(document: OpenAPIObject, registry: ModelRegistry): OpenAPIObject {
  const live = registry.names().flatMap((name) => registry.live(name) ?? []);
  const added = live.map((model) => modelPaths(model, document.paths));
  return { ...document, paths: Object.assign({}, document.paths, ...added) as OpenAPIObject['paths'] };
}
