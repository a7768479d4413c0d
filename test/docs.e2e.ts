import { beforeAll, describe, expect, it } from 'vitest';
import { installation } from './support/installation.js';
import type { Server } from './support/server.js';

interface Schema {
  readonly $ref?: string;
  readonly example?: unknown;
  readonly examples?: unknown[];
  readonly properties?: Record<string, Schema>;
}
interface Media {
  readonly schema: Schema;
  readonly example?: unknown;
  readonly examples?: Record<string, { readonly value: unknown }>;
}
interface Operation {
  readonly operationId: string;
  readonly summary?: string;
  readonly tags?: string[];
  readonly security?: Record<string, string[]>[];
  readonly parameters?: { readonly name: string; readonly in: string }[];
  readonly requestBody?: { readonly content: Record<string, Media> };
  readonly responses: Record<
    string,
    { readonly description: string; readonly content?: Record<string, Media> }
  >;
}
interface Document {
  readonly openapi: string;
  readonly info: {
    readonly title: string;
    readonly version: string;
    readonly license: { readonly name: string };
  };
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: {
    readonly securitySchemes: Record<string, unknown>;
    readonly schemas: Record<string, Schema>;
  };
}

const modelgate = installation();
let server: Server;
let document: Document;
let operations: {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly operation: Operation;
}[];
beforeAll(async () => {
  server = await modelgate.serve();
  document = (await server.http.get('/openapi.json').expect(200)).body as Document;
  operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      name: `${method.toUpperCase()} ${path}`,
      method,
      path,
      operation,
    })),
  );
});

/** Names of the operations for which a check fails. */
const amiss = (fault: (operation: Operation, path: string) => boolean): string[] =>
  operations.filter(({ operation, path }) => fault(operation, path)).map(({ name }) => name);

/** Whether a schema has an example, or each of its properties has one. */
function exampleOf({ $ref, example, examples, properties = {} }: Schema): unknown {
  if ($ref !== undefined) return exampleOf(document.components.schemas[$ref.split('/').at(-1)!]);
  return example ?? examples ?? Object.values(properties).find((each) => exampleOf(each) !== undefined);
}

describe('Swagger UI', () => {
  it('loads all its resources from this server', async () => {
    const { text } = await server.http.get('/docs').expect(200);
    const references = [...text.matchAll(/\b(?:src|href)=["']([^"']*)["']/g)].map(
      ([, reference]) => reference,
    );
    expect(references.filter((reference) => /^(?:[a-z]+:)?\/\//i.test(reference))).toEqual([]);
    expect(references.map((reference) => reference.split('/').at(-1))).toEqual(
      expect.arrayContaining([
        'swagger-ui.css',
        'swagger-ui-bundle.js',
        'swagger-ui-standalone-preset.js',
        'swagger-ui-init.js',
      ]),
    );
    for (const reference of references) {
      const answer = await server.http.get(new URL(reference, `${server.url}/docs`).pathname);
      expect([reference, answer.status]).toEqual([reference, 200]);
    }
  });

  it('has no inline script, which its security policy forbids', async () => {
    const { text } = await server.http.get('/docs').expect(200);
    expect([...text.matchAll(/<script(?![^>]*\bsrc=)[^>]*>\s*\S/g)]).toEqual([]);
  });
});

describe('/openapi.json', () => {
  it('is OpenAPI 3.1 of this version, under its license', () => {
    expect(document.openapi).toMatch(/^3\.1\.\d$/);
    expect(document.info).toMatchObject({ title: 'Modelgate', license: { name: 'Apache-2.0' } });
    expect(JSON.stringify(document)).not.toContain('"nullable":true');
  });

  it('logs in with the OAuth2 password flow at /token', () => {
    expect(document.components.securitySchemes).toMatchObject({
      oauth2: {
        type: 'oauth2',
        flows: { password: { tokenUrl: '/token', scopes: { predict: expect.any(String) as string } } },
      },
    });
  });

  it('describes each operation, with a unique id', () => {
    expect(operations.length).toBeGreaterThan(5);
    expect(amiss(({ summary, tags }) => !summary || !tags?.length)).toEqual([]);
    expect(new Set(operations.map(({ operation }) => operation.operationId)).size).toBe(operations.length);
    expect(
      amiss(({ parameters = [] }, path) =>
        [...path.matchAll(/\{(\w+)\}/g)].some(
          ([, name]) => !parameters.some((p) => p.in === 'path' && p.name === name),
        ),
      ),
    ).toEqual([]);
  });

  it('has a schema for each response with a body, and no unused component', () => {
    const bare = amiss(({ responses }) =>
      Object.entries(responses).some(
        ([status, { content }]) => status.startsWith('2') && status !== '204' && !content,
      ),
    );
    // MLflow's probes and version are plain text.
    expect(bare).toEqual(['GET /ping', 'GET /health', 'GET /version']);
    const text = JSON.stringify(document);
    const unused = Object.keys(document.components.schemas).filter(
      (id) => !text.includes(`"#/components/schemas/${id}"`),
    );
    expect(unused).toEqual([]);
  });

  it('has no schema that is a bare object', () => {
    expect(JSON.stringify(document)).not.toContain('"schema":{"type":"object"}');
  });

  it('has empty security for public operations only', async () => {
    const open = new Set(amiss(({ security }) => security?.length === 0));
    expect([...open]).toEqual(
      expect.arrayContaining(['POST /token', 'GET /health/live', 'GET /health/ready']),
    );
    for (const { name, method, path } of operations) {
      const answer = await fetch(server.url + path.replace(/\{\w+\}/g, 'x'), {
        method: method.toUpperCase(),
      });
      const closed = answer.status === 401 && (await answer.text()).includes('"Not authenticated"');
      expect([name, closed]).toEqual([name, !open.has(name)]);
    }
  });

  it('names the required scopes', () => {
    const { post } = document.paths['/regression'];
    expect(post.security).toEqual([{ oauth2: ['predict'] }]);
    expect(document.paths['/v1/test'].get.security).toEqual([{ oauth2: [] }]);
  });

  it('has an example of each request body', () => {
    const without = amiss(({ requestBody }) =>
      Object.entries(requestBody?.content ?? {}).some(([type, { schema, example, examples }]) => {
        const given = example ?? examples ?? exampleOf(schema);
        return given === undefined && !type.startsWith('multipart/') && type !== 'application/octet-stream';
      }),
    );
    expect(without).toEqual([]);
  });

  it('has an example of each error, with the matching status', () => {
    const errors = operations.flatMap(({ name, operation }) =>
      Object.entries(operation.responses)
        .filter(([status]) => Number(status) >= 400)
        .map(([status, response]) => ({
          name: `${name} ${status}`,
          status: Number(status),
          media: Object.values(response.content ?? {}),
        })),
    );
    const values = ({ media }: (typeof errors)[number]) =>
      media.flatMap(({ examples = {} }) =>
        Object.values(examples).map(({ value }) => value as { status?: number }),
      );
    expect(errors.filter((error) => values(error).length === 0).map(({ name }) => name)).toEqual([]);
    expect(
      errors.filter((error) =>
        values(error).some(({ status }) => status !== undefined && status !== error.status),
      ),
    ).toEqual([]);
    expect(amiss(({ responses, security }) => security!.length > 0 && !('401' in responses))).toEqual([]);
    expect(
      amiss(({ responses }) => !Object.keys(responses).some((status) => status.startsWith('2'))),
    ).toEqual([]);
  });

  it('describes the error format of the reference routes', () => {
    const { responses } = document.paths['/regression'].post;
    expect(responses['401'].content?.['application/json'].examples).toMatchObject({
      not_authenticated: { value: { detail: 'Not authenticated' } },
    });
    expect(Object.keys(document.paths['/token'].post.requestBody!.content)).toEqual([
      'application/x-www-form-urlencoded',
    ]);
  });
});
