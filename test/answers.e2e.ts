import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { beforeAll, expect, it } from 'vitest';
import { bearer } from './support/bearer.js';
import { installation } from './support/installation.js';
import { Jobs } from './support/jobs.js';
import type { Server } from './support/server.js';

interface Schema {
  readonly properties?: object;
  readonly additionalProperties?: unknown;
}
interface Operation {
  readonly responses: Record<
    string,
    { readonly content?: Record<string, { readonly schema: Schema }> } | undefined
  >;
}
interface Document {
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: { readonly schemas: Record<string, Schema> };
}

const modelgate = installation();
const ADMIN = { username: 'root', password: 'the-roots-pass-word' };
/** Values of path parameters, and an id of a job, a session and a record of predictions, set below. */
const PARAMETERS: Record<string, string> = {
  name: 'diabetes',
  version: '1',
  username: 'root',
  client_id: 'nightly',
  kind: 'model',
};

let server: Server;
let document: Document;
let token: string;
let ajv: Ajv2020;

beforeAll(async () => {
  await modelgate.run(
    ['users', 'add', 'root', '--role', 'admin', '--role', 'predictor', '--password-stdin'],
    {
      input: `${ADMIN.password}\n`,
    },
  );
  server = await modelgate.serve();
  document = (await server.http.get('/openapi.json').expect(200)).body as Document;
  ajv = new Ajv2020({ strict: false, schemas: [{ $id: 'api', ...closed(document) }] });
  addFormats.default(ajv);
  const login = await server.http.post('/token').type('form').send(ADMIN).expect(200);
  ({ access_token: token } = login.body as { access_token: string });
  await fill();
});

/** Creates one item for each list. */
async function fill(): Promise<void> {
  const send = (method: 'post' | 'put', path: string, body?: object) =>
    server.http[method](path).set(bearer(token)).send(body).timeout(60_000);
  await send('post', '/v1/service-accounts', { client_id: 'nightly', grants: ['predict'] }).expect(201);
  for (const path of ['model/diabetes', 'user/root'])
    await send('put', `/v1/quotas/${path}`, { rows_per_minute: 1000, rows_per_day: 0 }).expect(200);
  await send('put', '/v1/quotas/default', { rows_per_minute: 1000, rows_per_day: 0 }).expect(200);
  const jobs = new Jobs(server, token, 'diabetes');
  const id = await jobs.start('[3,102,44,20,94,30.8,0.4,26]\n', '', 'application/x-ndjson');
  await jobs.until(id, ({ state }) => state === 'succeeded');
  PARAMETERS.id = id;
}

/** A copy of a schema that allows no further members in any object. */
function closed<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(closed) as T;
  const copy = Object.fromEntries(Object.entries(value).map(([key, each]) => [key, closed(each as unknown)]));
  const { properties, additionalProperties } = value as Schema;
  return {
    ...copy,
    ...(properties && additionalProperties === undefined && { additionalProperties: false }),
  } as T;
}

/** The URL, with a JSON pointer, of the schema of a GET's response. */
const schemaOf = (path: string, status: number, type: string): string =>
  `api#/paths/${[path, 'get', 'responses', String(status), 'content', type, 'schema'].map((part) => part.replaceAll('~', '~0').replaceAll('/', '~1')).join('/')}`;

it('every GET response matches its schema', async () => {
  const wrong: string[] = [];
  const checked: string[] = [];
  for (const [path, { get }] of Object.entries(document.paths)) {
    if (!get) continue;
    const isRecord = path === '/v1/audit/{id}';
    const sent = path.replace(/\{(\w+)\}/g, (_, name: string) => (isRecord ? '1' : PARAMETERS[name]));
    const answer = await fetch(server.url + sent, { headers: bearer(token) });
    const text = await answer.text();
    checked.push(path);
    const response = get.responses[String(answer.status)];
    const [type] = answer.headers.get('content-type')!.split(';');
    const hasNoSchema = response && !response.content;
    if (!hasNoSchema && !response?.content?.[type])
      wrong.push(`${path}: ${answer.status} ${type} is not documented`);
    else if (!hasNoSchema && /^application\/(?:\w+\+)?json$/.test(type)) {
      const validate = ajv.getSchema(schemaOf(path, answer.status, type))!;
      if (!validate(JSON.parse(text)))
        wrong.push(`${path}: ${answer.status} ${ajv.errorsText(validate.errors)}`);
    }
  }
  expect(wrong).toEqual([]);
  expect(checked.length).toBeGreaterThan(25);
});

it('every list that is checked has an item', async () => {
  for (const path of [
    '/v1/users',
    '/v1/users/me/sessions',
    '/v1/users/me/quota',
    '/v1/service-accounts',
    '/v1/quotas',
    '/v1/keys',
    '/v1/models',
    '/v1/models/diabetes/jobs',
    '/v1/audit',
  ]) {
    const { body } = await server.http.get(path).set(bearer(token)).expect(200);
    const { items, next } = body as { items: unknown[]; next: unknown };
    expect([path, items.length > 0, next === null || typeof next === 'string']).toEqual([path, true, true]);
  }
});

it('every example is valid', () => {
  const wrong = Object.entries(document.components.schemas).flatMap(([id, schema]) =>
    ((schema as { examples?: unknown[] }).examples ?? [])
      .filter((example) => !ajv.validate(`api#/components/schemas/${id}`, example))
      .map(() => `${id}: ${ajv.errorsText()}`),
  );
  expect(wrong).toEqual([]);
});
