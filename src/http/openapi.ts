import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { SECURITY_SCHEME } from '../auth/gate/auth.decorator.js';
import { SCOPES } from '../auth/gate/scopes.js';
import { VERSION } from '../common/program.js';

/** The OpenAPI 3.1 document of the routes themselves; what the models at hand add comes on top, per request. */
export function baseDocument(app: INestApplication): OpenAPIObject {
  const options = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Modelgate')
    .setDescription(
      'Trained models behind a login, with rate limits and an audit record of every prediction. Click **Authorize**, log in, and try a prediction.',
    )
    .setVersion(VERSION)
    .setLicense('Apache-2.0', 'https://www.apache.org/licenses/LICENSE-2.0')
    .addOAuth2(
      {
        type: 'oauth2',
        flows: {
          password: { tokenUrl: '/token', refreshUrl: '/token', scopes: { ...SCOPES } },
          clientCredentials: { tokenUrl: '/token', scopes: { ...SCOPES } },
        },
      },
      SECURITY_SCHEME,
    )
    .build();
  const document = SwaggerModule.createDocument(app, options, {
    operationIdFactory: (controller, method) => `${controller.replace(/Controller$/, '')}_${method}`,
  });
  for (const [path, item] of Object.entries(document.paths)) keepOwnParameters(path, item);
  return document;
}

/** A method that serves several paths is described with the parameters of all of them; each path has its own only. */
function keepOwnParameters(path: string, item: OpenAPIObject['paths'][string]): void {
  for (const operation of [item.get, item.post, item.put, item.patch, item.delete]) {
    if (!operation?.parameters) continue;
    operation.parameters = operation.parameters.filter(
      (parameter) => '$ref' in parameter || parameter.in !== 'path' || path.includes(`{${parameter.name}}`),
    );
  }
}
