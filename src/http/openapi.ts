import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import type { z } from 'zod';
import { SECURITY_SCHEME } from '../auth/gate/auth.decorator.js';
import { SCOPES } from '../auth/gate/scopes.js';
import { componentsOf, documented, idsIn } from '../common/components.js';
import { type ErrorFormat, PROBLEM_DETAILS } from '../common/error-format.js';
import type { ErrorCode } from '../common/errors.js';
import { errorResponses } from '../common/openapi.js';
import { contentOf, OPERATION_EXTENSION, restOf } from '../common/operation.js';
import { VERSION } from '../common/program.js';
import { ACTION_EXTENSION } from '../logging/administration.js';
import { TAGS } from './tags.js';

type PathItem = OpenAPIObject['paths'][string];
type Operation = NonNullable<PathItem['get']> & { [OPERATION_EXTENSION]?: string };

/** The OpenAPI 3.1 document of the routes. The paths of live models are added per request. */
export function baseDocument(app: INestApplication): OpenAPIObject {
  const document = SwaggerModule.createDocument(app, outline(), {
    operationIdFactory: (_controller, method) => method,
    standardSchemaConverter: (schema, { schemaType }) => ({
      schema: documented(schema as z.ZodType, schemaType),
    }),
  });
  const operations = Object.entries(document.paths).flatMap(([path, item]) =>
    operationsOf(item).map((operation) => ({ path, operation })),
  );
  for (const { path, operation } of operations) {
    operation.operationId = ownId(path, operation.operationId!);
    keepOwnParameters(path, operation);
    operation.security ??= [];
    complete(operation);
  }
  document.components = {
    ...document.components,
    schemas: componentsOf(
      idsIn(operations.map(({ operation: { parameters, requestBody } }) => [parameters, requestBody])),
      idsIn(operations.map(({ operation: { responses } }) => responses)),
    ),
  };
  return document;
}

function outline(): Omit<OpenAPIObject, 'paths'> {
  const builder = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Modelgate')
    .setDescription(
      'Serves trained models with logins, rate limits and an audit record of every prediction. Click **Authorize**, log in, and try a prediction.',
    )
    .setVersion(VERSION)
    .setLicense('Apache-2.0', 'https://www.apache.org/licenses/LICENSE-2.0')
    .addServer('/', 'This server')
    .addOAuth2(
      {
        type: 'oauth2',
        flows: {
          password: { tokenUrl: '/token', refreshUrl: '/token', scopes: { ...SCOPES } },
          clientCredentials: { tokenUrl: '/token', scopes: { ...SCOPES } },
        },
      },
      SECURITY_SCHEME,
    );
  for (const [name, description] of Object.entries(TAGS)) builder.addTag(name, description);
  return builder.build();
}

/** The method's name. If a method serves several paths, all but the first get a suffix. */
function ownId(path: string, id: string): string {
  const [, name = id, index] = /^(\w+)(?:\[(\d+)\])?$/.exec(id) ?? [];
  if (index === undefined || index === '0') return name;
  if (path.includes('{version}')) return `${name}OfVersion`;
  const last = path.split('/').at(-1)!;
  return `${name}${last.slice(0, 1).toUpperCase()}${last.slice(1)}`;
}

const operationsOf = (item: PathItem): Operation[] =>
  [item.get, item.post, item.put, item.patch, item.delete].filter((each) => each !== undefined);

/**
 * Nest describes a method that serves several paths with the parameters of all of them. Here each path keeps its own.
 */
function keepOwnParameters(path: string, operation: Operation): void {
  operation.parameters = operation.parameters?.filter(
    (parameter) => '$ref' in parameter || parameter.in !== 'path' || path.includes(`{${parameter.name}}`),
  );
}

function complete(operation: Operation): void {
  const key = operation[OPERATION_EXTENSION];
  if (key === undefined) return;
  delete operation[OPERATION_EXTENSION];
  const { body, format, codes } = restOf(key);
  if (body) {
    const { description, content, examples } = body;
    operation.requestBody = { description, required: true, content: contentOf(content, 'input', examples) };
  }
  const all = [...new Set([...impliedErrors(operation, format), ...codes])];
  operation.responses = { ...operation.responses, ...errorResponses(format, all) };
}

/** Responses common to all operations that require a token, have parameters, take a body or are audited acts. */
function impliedErrors(operation: Operation, format: ErrorFormat): ErrorCode[] {
  const { security = [], parameters = [], requestBody } = operation;
  const hasQuery = parameters.some((parameter) => !('$ref' in parameter) && parameter.in === 'query');
  return [
    ...(security.length > 0 ? (['not_authenticated', 'invalid_token'] as const) : []),
    ...(security.some((scheme) => scheme[SECURITY_SCHEME]?.length) ? (['insufficient_scope'] as const) : []),
    ...(requestBody ? bodyErrors(format) : []),
    ...(hasQuery ? (['validation_failed'] as const) : []),
    ...(ACTION_EXTENSION in operation ? (['audit_unavailable'] as const) : []),
  ];
}

/** The codecs of protocols describe their own errors; all other bodies are validated against a schema. */
const bodyErrors = (format: ErrorFormat): ErrorCode[] =>
  format === PROBLEM_DETAILS
    ? ['bad_request', 'payload_too_large', 'request_timeout', 'unsupported_media_type', 'validation_failed']
    : [format.malformedBody ?? 'bad_request', 'payload_too_large', 'request_timeout'];
