import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { ModelRegistry } from '../models/model-registry.js';
import { modelPaths } from '../prediction/openapi/model-paths.js';
import { baseDocument } from './openapi.js';

type PathItem = OpenAPIObject['paths'][string];

/**
 * Swagger UI at /docs and the document at /openapi.json, both from this server alone. The routes' document is made when
 * first asked for; the live models' paths are added at every request.
 */
export async function serveDocs(app: NestFastifyApplication): Promise<void> {
  const registry = app.get(ModelRegistry);
  SwaggerModule.setup('docs', app, () => baseDocument(app), {
    jsonDocumentUrl: 'openapi.json',
    yamlDocumentUrl: 'openapi.yaml',
    customSiteTitle: 'Modelgate',
    patchDocumentOnRequest: (_request, _reply, document) => withModels(document, registry),
    swaggerOptions: { displayRequestDuration: true, tryItOutEnabled: true },
  });
}

function withModels(document: OpenAPIObject, registry: ModelRegistry): OpenAPIObject {
  const live = registry.names().flatMap((name) => registry.live(name) ?? []);
  const added = live.flatMap((model) =>
    Object.entries(modelPaths(model)).map(
      ([path, item]) => [path, withErrors(item, document.paths[routeOf(path, model.name)])] as const,
    ),
  );
  return { ...document, paths: { ...document.paths, ...Object.fromEntries(added) } };
}

const routeOf = (path: string, name: string): string => path.replace(`/models/${name}`, '/models/{name}');

/** A model's own operation answers errors as the route that serves it does. */
function withErrors(item: PathItem, route: PathItem): PathItem {
  return {
    ...item,
    post: { ...item.post!, responses: { ...route.post!.responses, ...item.post!.responses } },
  };
}
