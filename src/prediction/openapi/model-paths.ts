import type { OpenAPIObject } from '@nestjs/swagger';
import { SECURITY_SCHEME } from '../../auth/gate/auth.decorator.js';
import type { Scope } from '../../auth/gate/scopes.js';
import type { LoadedVersion } from '../../models/loaded-version.js';
import type { ModelOperation } from '../protocols/protocol.js';
import { HTTP_PROTOCOLS } from '../protocols/protocols.js';

type Paths = OpenAPIObject['paths'];
type Operation = NonNullable<Paths[string]['post']>;

/**
 * The paths that a model adds to the OpenAPI document, with its features, types, ranges and a valid example, and with
 * the errors of the routes that serve them.
 * @param routes the document's paths for any model
 */
export function modelPaths(model: LoadedVersion, routes: Paths): Paths {
  const operations = HTTP_PROTOCOLS.flatMap((protocol) =>
    Object.entries(protocol.modelOperations?.(model.manifest.signature) ?? {}),
  );
  return Object.fromEntries(
    operations.map(([route, operation]) => {
      const post = routes[route]?.post;
      if (post === undefined) throw new Error(`the document has no POST ${route}`);
      return [route.replace('{name}', model.name), { post: operationOf(model, operation, post) }];
    }),
  );
}

function operationOf(
  { name, version, manifest }: LoadedVersion,
  { id, summary, body, answer, example }: ModelOperation,
  route: Operation,
): Operation {
  return {
    tags: [`Model ${name}`],
    operationId: `${id}_${name}`,
    summary: `${summary} ${name}`,
    description: `${manifest.description}, version ${version}.`,
    security: [{ [SECURITY_SCHEME]: ['predict' satisfies Scope] }],
    requestBody: { required: true, content: { 'application/json': { schema: body, example } } },
    responses: {
      ...route.responses,
      '200': { description: 'The predictions', content: { 'application/json': { schema: answer } } },
    },
  };
}
